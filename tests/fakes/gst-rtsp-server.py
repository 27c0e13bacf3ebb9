"""A real RTSP server that is not ours: GStreamer's. Reads its streams as JSON on standard input, prints one JSON line
with its port when it listens, and ends when standard input ends. Lines on standard input after the first are commands:
"drop" ends all sessions, "pause PATH" and "resume PATH" hold the pictures of a stream back."""
import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
gi.require_version("GstRtsp", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

ROLE = "viewer"

class Streams:
    def __init__(self, asked):
        self.server = GstRtspServer.RTSPServer()
        self.server.set_address("127.0.0.1")
        self.server.set_service(str(asked.get("port", 0)))
        self.paused = set()
        auth = asked.get("auth")
        if auth:
            self.authenticate(auth)
        for stream in asked["streams"]:
            self.add(stream, bool(auth))
        self.server.attach(None)

    def authenticate(self, auth):
        access = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", ROLE)
        if auth.get("kind") == "digest":
            access.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
            access.add_digest(auth["user"], auth["password"], token)
        else:
            access.add_basic(GstRtspServer.RTSPAuth.make_basic(auth["user"], auth["password"]), token)
        self.server.set_auth(access)

    def add(self, stream, guarded):
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(stream["launch"])
        factory.set_shared(True)
        factory.set_latency(0)
        if guarded:
            rights = GstRtspServer.RTSPPermissions()
            rights.add_role(ROLE)
            rights.add_permission_for_role(ROLE, "media.factory.access", True)
            rights.add_permission_for_role(ROLE, "media.factory.construct", True)
            factory.set_permissions(rights)
        path = "/" + stream["path"]
        factory.connect("media-configure", self.configured, path)
        self.server.get_mount_points().add_factory(path, factory)

    def configured(self, _factory, media, path):
        """Every stream has an element named `gate`: what does not pass it never reaches a player."""
        gate = media.get_element().get_by_name("gate")
        if gate is not None:
            gate.get_static_pad("src").add_probe(
                Gst.PadProbeType.BUFFER,
                lambda _pad, _info: Gst.PadProbeReturn.DROP if path in self.paused else Gst.PadProbeReturn.OK)

    def command(self, line):
        word, _, path = line.partition(" ")
        if word == "drop":
            self.server.client_filter(lambda _server, _client: GstRtspServer.RTSPFilterResult.REMOVE)
        elif word == "pause":
            self.paused.add("/" + path)
        elif word == "resume":
            self.paused.discard("/" + path)
        return False


def main():
    Gst.init(None)
    streams = Streams(json.loads(sys.stdin.readline()))
    loop = GLib.MainLoop()

    def listen():
        for line in sys.stdin:
            GLib.idle_add(streams.command, line.strip())
        GLib.idle_add(loop.quit)

    threading.Thread(target=listen, daemon=True).start()
    print(json.dumps({"port": streams.server.get_bound_port()}), flush=True)
    loop.run()


main()
