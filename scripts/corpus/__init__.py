"""`make corpus`: contracts that others wrote, each taken through everything that accord does."""
