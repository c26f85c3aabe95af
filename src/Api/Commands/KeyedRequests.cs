using WazoPlugind.Api.Errors;
using WazoPlugind.Operations;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Api.Commands;

/// <summary>
/// Knows what was asked for with an <c>Idempotency-Key</c> in the last day: what this process has sent, and what the orchestrator has stored. What
/// is on the way, and was sent by another process, gets the same uuid: it is made of requester, key and a number, and the orchestrator takes it once.
/// </summary>
/// <param name="history">What is stored.</param>
/// <param name="time">The clock.</param>
internal sealed class KeyedRequests(OperationQueries history, TimeProvider time)
{
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan Validity = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Sent> _sent = [];

    /// <summary>Finds what was asked for with a key before.</summary>
    /// <param name="key">The key, or <c>null</c>.</param>
    /// <returns>The operation; <c>null</c> when there is none, or it is not known yet whether it is accepted.</returns>
    /// <exception cref="ApiErrorException">It was another request.</exception>
    public Guid? Find(RequestKey? key)
    {
        if (key is null)
            return null;
        lock (_lock)
        {
            if (Recall(key.Id) is not { } sent)
                return FindStored(key) is var (operation, _, isValid) && isValid ? operation : null;
            RequireSame(key, sent.Request, sent.Uuid);
            return sent.IsAccepted ? sent.Uuid : null;
        }
    }

    /// <summary>Something is about to be sent; it ends with <see cref="End"/>.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="sending">A uuid for this time.</param>
    /// <returns>The operation's uuid, and what the command carries.</returns>
    /// <exception cref="ApiErrorException">Another request with that key is on its way.</exception>
    public (Guid Operation, RequestIdempotency Idempotency) Begin(RequestKey key, Guid sending)
    {
        lock (_lock)
        {
            if (Recall(key.Id) is not { } sent)
            {
                var number = FindStored(key) is var (_, last, isValid) ? isValid ? last : last + 1 : 0;
                Forget();
                _sent[key.Id] = sent = new Sent(RequestUuid.OfKey(sending, key.Id, number), number, key.Request, time.GetUtcNow());
            }

            RequireSame(key, sent.Request, sent.Uuid);
            sent.Pending++;
            return (sent.Uuid, new RequestIdempotency(key.Id, sent.Number, key.Request, sending));
        }
    }

    /// <summary>It is known whether something is accepted; what is not leaves nothing.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="isAccepted">Whether it is.</param>
    public void End(RequestKey key, bool isAccepted)
    {
        lock (_lock)
        {
            if (!_sent.TryGetValue(key.Id, out var sent))
                return;
            sent.Pending--;
            sent.IsAccepted |= isAccepted;
            if (sent is { Pending: 0, IsAccepted: false })
                _sent.Remove(key.Id);
        }
    }

    /// <summary>When this process has sent a request, or <c>null</c> where it does not know.</summary>
    /// <param name="operation">Its uuid.</param>
    public DateTimeOffset? SentAt(Guid operation)
    {
        lock (_lock)
            return _sent.Values.FirstOrDefault(sent => sent.Uuid == operation)?.At;
    }

    private static void RequireSame(RequestKey key, string request, Guid operation)
    {
        if (request != key.Request)
            throw new ApiErrorException(ApiError.KeyReused(operation));
    }

    private (Guid Operation, int Number, bool IsValid)? FindStored(RequestKey key)
    {
        if (history.FindKey(key.Id) is not var (operation, number, request, createdAt))
            return null;
        var isValid = IsValid(createdAt);
        if (isValid)
            RequireSame(key, request, operation);
        return (operation, number, isValid);
    }

    private Sent? Recall(string id) =>
        _sent.TryGetValue(id, out var sent) && (sent.Pending > 0 || IsValid(sent.At)) ? sent : null;

    private bool IsValid(DateTimeOffset at) => time.GetUtcNow() - at < Validity;

    // Those that are forgotten are found in the database.
    private void Forget()
    {
        if (_sent.Count < MostRemembered)
            return;
        foreach (var (id, _) in _sent.Where(sent => sent.Value.Pending == 0).OrderBy(sent => sent.Value.At).Take(MostRemembered / 10).ToList())
            _sent.Remove(id);
    }

    private sealed class Sent(Guid uuid, int number, string request, DateTimeOffset at)
    {
        public Guid Uuid => uuid;

        public int Number => number;

        public string Request => request;

        public DateTimeOffset At => at;

        public int Pending { get; set; }

        public bool IsAccepted { get; set; }
    }
}
