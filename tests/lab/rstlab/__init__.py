"""The lab: two hosts and a router in network namespaces, and a witness in the kernel.

Scenarios (../scenarios) drive real sockets and real programs through it; what they do to the
connections is known, so each capture comes with the truth about every reset in it.
"""
