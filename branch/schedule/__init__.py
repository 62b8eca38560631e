"""When a branch is open and what it does at its desks: edited at the centre in versions, applied in the branch by link."""
