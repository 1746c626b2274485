using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Tests.Hosts;

/// <summary>A port that nothing listens on. The system hands them out in turn, so that nobody gets the same one soon after.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
