# A real RTSP server that is not ours: Perl's RTSP::Server, which relays over UDP what is announced to it. Ends when
# standard input ends. Arguments: ports for players and for sources, first of the ports for packets.
use strict;
use warnings;
use AnyEvent;
use RTSP::Server;

my ($players, $sources, $packets) = @ARGV;
my $server = RTSP::Server->new(
    client_listen_address => '127.0.0.1',
    client_listen_port => $players,
    source_listen_address => '127.0.0.1',
    source_listen_port => $sources,
    rtp_start_port => $packets,
    log_level => 0,
);
$server->listen;
my $ended = AnyEvent->condvar;
my $watch = AnyEvent->io(fh => \*STDIN, poll => 'r', cb => sub { $ended->send unless sysread STDIN, my $line, 1 });
$| = 1;
print "ready\n";
$ended->recv;
