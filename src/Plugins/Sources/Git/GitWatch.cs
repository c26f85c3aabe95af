using System.Globalization;
using WazoPlugind.Platform.Proxies;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Sources.Git;

/// <summary>
/// Sees whether anything comes from the other machine: git has no time limits of its own. With ssh, which is alive as long as the
/// machine is, only what git itself gets to read counts.
/// </summary>
/// <param name="url">The address.</param>
/// <param name="proxy">The proxy on the way there, whose connection counts then; or <c>null</c>.</param>
/// <param name="patience">How long to wait.</param>
/// <param name="time">The clock.</param>
internal sealed class GitWatch(SourceUrl url, ProxyAddress? proxy, SourcePatience patience, TimeProvider time)
{
    private readonly Lock _lock = new();
    private int _group;
    private long _read = -1;
    private long _readAt;
    private long? _connectingSince;

    /// <summary>Whether git was ended by this.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether anything has come from the other machine.</summary>
    public bool HasAnswered { get; private set; }

    /// <summary>Takes the process to watch.</summary>
    /// <param name="group">The id of its group, which is its own.</param>
    public void Start(int group) => _group = group;

    /// <summary>Why git has waited long enough, or <c>null</c>.</summary>
    public string? Problem()
    {
        if (_group == 0 || url.Protocol == "file")
            return null;
        lock (_lock)
        {
            var reason = Look();
            HasEnded |= reason is not null;
            return reason;
        }
    }

    private string? Look()
    {
        var processes = ProcessTree.Of(_group);
        var all = TcpSocket.All();
        var now = time.GetTimestamp();
        var sockets = SocketsOf(processes).ToList();
        HasAnswered |= sockets.Exists(socket => socket.HasReceived);
        _connectingSince = sockets.Exists(socket => socket.IsConnecting) ? _connectingSince ?? now : null;
        if (_connectingSince is { } since && time.GetElapsedTime(since, now) >= patience.Connection)
            return $"no connection with {ProxyAddress.WayTo(url.Host, proxy)} within {Seconds(patience.Connection)}";

        var git = processes.Where(process => process.Name.StartsWith("git", StringComparison.Ordinal)).ToList();
        var read = git.Sum(process => process.BytesRead);
        if (read != _read)
            (_read, _readAt) = (read, now);
        // What libcurl receives does not count as read, and a whole answer may go by before git gets to see it.
        return SocketsOf(git).Select(socket => socket.Quiet).Append(time.GetElapsedTime(_readAt, now)).Min() >= patience.Silence
            ? $"nothing came from {ProxyAddress.WayTo(url.Host, proxy)} for {Seconds(patience.Silence)}"
            : null;

        IEnumerable<TcpSocket> SocketsOf(IEnumerable<ProcessTree> owners)
        {
            var inodes = owners.SelectMany(process => process.Sockets).ToHashSet();
            return all.Where(socket => inodes.Contains(socket.Inode));
        }
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} seconds");
}
