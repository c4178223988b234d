"""What has been encoded: a store of single videos, and a library of many."""
