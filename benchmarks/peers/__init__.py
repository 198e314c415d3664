"""The peers, each as its own manual says it is used. One that is not installed is left out, and said to be missing."""
