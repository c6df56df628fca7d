"""`accord replay`: does the new application keep what earlier releases promised and did?

packages     the client package of each release, as a wheel
scenarios    what consumers do with their packages
player       runs scenarios with one package, in a process of its own, and writes down the calls
play         starts the player, reads what it wrote
walk         requests of the contract itself: safe ones, refused ones
exchange     a request and its reply as plain JSON
shapes       what of a reply is the same in every run, and what has only the same shape
recording    what a release answered, frozen beside its contract
differences  what is answered otherwise than it was recorded
promises     released contracts before the new application, by Schemathesis
outcome      what became of one release
gate         all of it, for a project
"""
