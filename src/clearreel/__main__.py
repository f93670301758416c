"""`python -m clearreel` is the same as `clearreel`."""

from clearreel.cli import main

# Worker processes import this module too, and must not run the command again.
if __name__ == "__main__":
    main()
