using WazoPlugind.Api.Http;
using WazoPlugind.Operations.Events;

namespace WazoPlugind.Api.Operations.Events;

/// <summary>Tells one reader what happened, and then what happens, until the operation ends, or the reader.</summary>
/// <param name="response">The answer.</param>
/// <param name="events">Reads what happened.</param>
/// <param name="operation">The operation; <c>null</c> for all.</param>
/// <param name="time">The clock of the heartbeats.</param>
internal sealed class EventStream(HttpResponse response, OperationEventQueries events, Guid? operation, TimeProvider time)
{
    private const int Page = 100;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    private readonly string? _operation = operation?.ToString();

    /// <summary>Begins the answer.</summary>
    /// <param name="cancellationToken">Stops.</param>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // nginx would keep it until there is more of it.
        response.Headers["X-Accel-Buffering"] = "no";
        if (response.HttpContext.Request.Method != HttpMethods.Head)
            await SendAsync(EventText.Heartbeat, cancellationToken);
    }

    /// <summary>Tells what happened.</summary>
    /// <param name="position">The position after which it is told.</param>
    /// <param name="until">The last position that is told.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Whether the operation has ended.</returns>
    public async Task<bool> TellAsync(long position, long until, CancellationToken cancellationToken)
    {
        var leftOut = new LeftOutLines(position);
        while (true)
        {
            var found = events.After(position, until, operation, Page);
            foreach (var happened in found)
            {
                await SendAsync(EventText.Of(happened, leftOut.Take(happened)), cancellationToken);
                if (operation is not null && happened.Kind == OperationEventKind.End)
                    return true;
            }

            if (found.Count < Page)
                return false;
            position = found[^1].Position;
        }
    }

    /// <summary>Tells what happens from now on. Returns when the operation has ended, or the reader may be told no more.</summary>
    /// <param name="subscription">Says what happens.</param>
    /// <param name="check">Is asked with each heartbeat: what is to be told instead of going on, or <c>null</c>. An error ends it.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task FollowAsync(EventSubscription subscription, Func<Task<byte[]?>> check, CancellationToken cancellationToken)
    {
        using var heart = new PeriodicTimer(Beat, time);
        var beat = heart.WaitForNextTickAsync(cancellationToken).AsTask();
        while (true)
        {
            var ready = subscription.Items.WaitToReadAsync(cancellationToken).AsTask();
            while (await Task.WhenAny(ready, beat) == beat && !ready.IsCompleted)
            {
                await beat;
                if (await check() is { } last)
                {
                    await SendAsync(last, cancellationToken);
                    return;
                }

                await SendAsync(EventText.Heartbeat, cancellationToken);
                beat = heart.WaitForNextTickAsync(cancellationToken).AsTask();
            }

            if (!await ready)
            {
                response.HttpContext.Abort();
                return;
            }

            if (await TellAsync(subscription, cancellationToken))
                return;
        }
    }

    // What has come meanwhile goes together.
    private async Task<bool> TellAsync(EventSubscription subscription, CancellationToken cancellationToken)
    {
        var hasEnded = false;
        while (!hasEnded && subscription.Items.TryRead(out var item))
        {
            if (_operation is not null && item.Operation != _operation)
                continue;
            await response.WritePartAsync(item.Text, cancellationToken);
            hasEnded = _operation is not null && item.IsEnd;
        }

        await response.Body.FlushAsync(cancellationToken);
        return hasEnded;
    }

    /// <summary>Tells something, and waits until it is on its way.</summary>
    /// <param name="text">What.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task SendAsync(byte[] text, CancellationToken cancellationToken)
    {
        await response.WritePartAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
