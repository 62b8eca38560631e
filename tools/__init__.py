"""The chores of the house: install, check, run. `make help` lists them."""
