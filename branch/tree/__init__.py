"""The cheering tree: visitors hang a leaf with a kind word, and the branch's tree grows through the season."""
