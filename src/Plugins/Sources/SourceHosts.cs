using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Sources;

/// <summary>
/// Knows which hosts answer. Fetches from one that does not wait for each other: what they would take of this machine is left to
/// those from others.
/// </summary>
/// <param name="time">The clock of the waiting.</param>
public sealed class SourceHosts(TimeProvider time)
{
    // Enough for every host that answers.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<Visit> _visits = [];
    private readonly HashSet<string> _silent = [];

    /// <summary>Whether a host did not answer when it was asked last.</summary>
    /// <param name="host">The host.</param>
    public bool IsSilent(string host)
    {
        lock (_lock)
            return _silent.Contains(host);
    }

    /// <summary>Whether someone waits for an answer of a host that seems to give none.</summary>
    /// <param name="host">The host.</param>
    public bool IsWaitedFor(string host)
    {
        lock (_lock)
            return _visits.Exists(visit => visit.Host == host && (_silent.Contains(host) || visit.IsLong));
    }

    /// <summary>Why a source is not asked now, or <c>null</c>.</summary>
    /// <param name="url">Its address.</param>
    public StepFailure? FailureOf(SourceUrl url) => IsWaitedFor(url.Host)
        ? StepFailure.Of(StepName.Downloading, $"another fetch waits for {url.Host}, which does not answer") with
        {
            Transience = new Transience { IsUntried = true },
        }
        : null;

    /// <summary>Begins to ask a host.</summary>
    /// <param name="host">The host; empty for this machine.</param>
    /// <param name="hasAnswered">Whether anything has come from it.</param>
    internal Visit Begin(string host, Func<bool> hasAnswered)
    {
        var visit = new Visit(this, host, hasAnswered, time);
        lock (_lock)
            _visits.Add(visit);
        return visit;
    }

    /// <summary>Someone asks a host.</summary>
    internal sealed class Visit(SourceHosts hosts, string host, Func<bool> hasAnswered, TimeProvider time) : IDisposable
    {
        private readonly long _begun = time.GetTimestamp();

        /// <summary>The host.</summary>
        public string Host => host;

        /// <summary>Whether it takes longer than an answer does.</summary>
        public bool IsLong => host.Length > 0 && !hasAnswered() && time.GetElapsedTime(_begun) >= Soon;

        /// <summary>Whether the host did not answer in time.</summary>
        public bool TimedOut { get; set; }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (hosts._lock)
            {
                hosts._visits.Remove(this);
                if (host.Length > 0)
                    _ = TimedOut ? hosts._silent.Add(host) : hosts._silent.Remove(host);
            }
        }
    }
}
