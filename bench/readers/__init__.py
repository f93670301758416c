"""What other people's readers make of clearreel's clips, held against what is really in them."""
