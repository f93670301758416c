"""Where shots meet, told from small pictures alone: arrays in, transitions out.

Everything here is pure: no file is opened and no frame decoded. The detectors decide which frames
to look at; these modules say what is seen in them.
"""
