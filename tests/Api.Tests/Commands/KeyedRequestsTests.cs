using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Api.Commands;
using WazoPlugind.Api.Errors;
using WazoPlugind.Operations;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Api.Tests.Commands;

public sealed class KeyedRequestsTests
{
    private static readonly RequestKey Key = new("key", "request");
    private static readonly RequestKey Other = new("key", "other");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly KeyedRequests _keyed;

    // Of a worker that has stored nothing.
    public KeyedRequestsTests() => _keyed = new KeyedRequests(new OperationQueries("/nonexistent/operations.db", NullLogger<OperationQueries>.Instance), _time);

    [Fact]
    public void What_was_accepted_is_found_for_a_day()
    {
        Assert.Null(_keyed.Find(Key));
        var (operation, _) = Begin(Key);
        Assert.Null(_keyed.Find(Key));
        _keyed.End(Key, isAccepted: true);

        Assert.Equal(operation, _keyed.Find(Key));
        Assert.Equal(_time.GetUtcNow(), _keyed.SentAt(operation));
        AssertReused(() => _keyed.Find(Other));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(_keyed.Find(Key));
        Assert.Null(_keyed.Find(Other));
    }

    [Fact]
    public void Of_two_different_ones_at_the_same_time_one_is_refused()
    {
        var (first, one) = Begin(Key);
        var (second, two) = Begin(Key);

        Assert.Equal(first, second);
        Assert.NotEqual(one.Sending, two.Sending);
        AssertReused(() => Begin(Other));
    }

    [Fact]
    public void What_was_not_accepted_leaves_nothing_unless_the_same_was()
    {
        Begin(Key);
        _keyed.End(Key, isAccepted: false);
        Begin(Other);
        var (operation, _) = Begin(Other);
        _keyed.End(Other, isAccepted: true);
        _keyed.End(Other, isAccepted: false);

        Assert.Equal(operation, _keyed.Find(Other));
    }

    private static void AssertReused(Action ask) =>
        Assert.Equal("idempotency-key-reused", Assert.Throws<ApiErrorException>(ask).Error.ErrorId);

    private (Guid Operation, RequestIdempotency Idempotency) Begin(RequestKey key) =>
        _keyed.Begin(key, RequestUuid.Create("install", _time.GetUtcNow()));
}
