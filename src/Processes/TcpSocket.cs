using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace WazoPlugind.Processes;

/// <summary>What the kernel knows of a TCP socket of any process (sock_diag(7), struct tcp_info of tcp(7)).</summary>
/// <param name="Inode">Names it in <c>/proc/PID/fd</c>.</param>
/// <param name="IsConnecting">Whether the other side has not answered yet.</param>
/// <param name="HasReceived">Whether anything has come.</param>
/// <param name="Quiet">How long nothing has come; since it is connected, when nothing ever did.</param>
public sealed partial record TcpSocket(string Inode, bool IsConnecting, bool HasReceived, TimeSpan Quiet)
{
    private const int Netlink = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const int SocketDiagnostics = 4;
    private const short ByFamily = 20;
    private const short RequestDump = 0x301;
    private const byte Tcp = 6;
    private const int Information = 2;
    private const byte SynSent = 2;
    private const int HeaderLength = 16;
    private const int MessageLength = 72;

    private static readonly byte[] Families = [(byte)ProtocolFamily.InterNetwork, 10];

    /// <summary>All of the machine; none where the kernel does not tell.</summary>
    public static IReadOnlyList<TcpSocket> All()
    {
        try
        {
            using var kernel = new Socket(new SafeSocketHandle(Open(Netlink, RawCloseOnExec, SocketDiagnostics), ownsHandle: true));
            return [.. Families.SelectMany(family => Ask(kernel, family))];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return [];
        }
    }

    private static List<TcpSocket> Ask(Socket kernel, byte family)
    {
        var request = new byte[HeaderLength + 56];
        BitConverter.TryWriteBytes(request, request.Length);
        BitConverter.TryWriteBytes(request.AsSpan(4), ByFamily);
        BitConverter.TryWriteBytes(request.AsSpan(6), RequestDump);
        (request[HeaderLength], request[HeaderLength + 1], request[HeaderLength + 2]) = (family, Tcp, 1 << (Information - 1));
        // Of any state.
        request.AsSpan(HeaderLength + 4, 4).Fill(0xFF);
        kernel.Send(request);

        List<TcpSocket> sockets = [];
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var answer = buffer.AsSpan(0, kernel.Receive(buffer));
            while (answer.Length >= HeaderLength)
            {
                var length = BitConverter.ToInt32(answer);
                // The end of it, or an error.
                if (BitConverter.ToInt16(answer[4..]) != ByFamily || length < HeaderLength + MessageLength || length > answer.Length)
                    return sockets;
                if (Read(answer[HeaderLength..length]) is { } socket)
                    sockets.Add(socket);
                answer = answer[Math.Min(answer.Length, Aligned(length))..];
            }
        }
    }

    private static TcpSocket? Read(ReadOnlySpan<byte> message)
    {
        var attributes = message[MessageLength..];
        while (attributes.Length >= 4 && BitConverter.ToInt16(attributes) is var length and >= 4 && length <= attributes.Length)
        {
            // tcpi_last_data_recv, in milliseconds; tcpi_bytes_received.
            if (BitConverter.ToInt16(attributes[2..]) == Information && attributes[4..length] is { Length: >= 136 } information)
            {
                return new TcpSocket(
                    $"{BitConverter.ToUInt32(message[68..])}",
                    message[1] == SynSent,
                    BitConverter.ToUInt64(information[128..]) > 0,
                    TimeSpan.FromMilliseconds(BitConverter.ToUInt32(information[52..])));
            }

            attributes = attributes[Math.Min(attributes.Length, Aligned(length))..];
        }

        return null;
    }

    private static int Aligned(int length) => (length + 3) & ~3;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Open(int domain, int type, int protocol);
}
