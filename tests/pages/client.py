"""Hands a command on to the fork server: ``python -SI client.py SOCKET PROGRAM ARGUMENT…``.

It imports as little as it can, for it starts as often as a page has commands.
"""

import json
import os
import socket
import sys

server = socket.socket(socket.AF_UNIX)
server.connect(sys.argv[1])
request = json.dumps([sys.argv[2], sys.argv[3:], os.getcwd(), dict(os.environ)]).encode() + b"\n"  # noqa: PTH109
sent = socket.send_fds(server, [request], [0, 1, 2])
server.sendall(request[sent:])
answer = server.recv(1)
sys.exit(answer[0] if answer else 1)
