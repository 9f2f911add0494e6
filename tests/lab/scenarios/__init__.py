"""The scenarios, by family. run.py imports every module here; importing registers."""
