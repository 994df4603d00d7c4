"""Legal sanity: each room holds the checks of one matter, one function for each."""
