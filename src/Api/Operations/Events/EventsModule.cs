using System.Globalization;
using System.Text.Json.Nodes;
using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Http;
using WazoPlugind.Messages;
using WazoPlugind.Operations;
using WazoPlugind.Operations.Events;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Operations.Events;

/// <summary>What happens in operations, as it happens: Server-Sent Events.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="history">The operations that have begun.</param>
/// <param name="unstored">What has been asked for, and has not begun.</param>
/// <param name="events">What happened.</param>
/// <param name="feed">What happens.</param>
/// <param name="lifetime">Knows when this process stops.</param>
/// <param name="time">The clock of the heartbeats.</param>
internal sealed class EventsModule(
    Authenticator authenticator,
    OperationQueries history,
    UnstoredRequests unstored,
    OperationEventQueries events,
    EventFeed feed,
    IHostApplicationLifetime lifetime,
    TimeProvider time)
    : ICarterModule
{
    private const string LastEventId = "Last-Event-ID";

    private static readonly ObjectSchema Nothing = new();

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.Get(OperationsModule.Collection + "/events", StreamAllAsync);
        app.Get(OperationsModule.Collection + "/{uuid}/events", StreamAsync);
    }

    private async Task StreamAllAsync(HttpRequest request, HttpResponse response)
    {
        var seen = await ReadAsync(request);
        await RunAsync(request, new EventStream(response, events, operation: null, time), async (stream, subscription, end) =>
        {
            var position = seen is { } known ? Known(known, subscription) : subscription.Start;
            if (events.Positions().Pruned > position)
                await stream.SendAsync(EventText.LeftOutAfter(position), end);
            await stream.TellAsync(position, subscription.Start, end);
            await stream.FollowAsync(subscription, () => CheckAsync(request, uuid: null), end);
        });
    }

    private async Task StreamAsync(HttpRequest request, HttpResponse response)
    {
        var seen = await ReadAsync(request);
        var (uuid, _) = await unstored.RequireAsync(request);
        // What reads events by itself would come again and again (HTML, 9.2.3).
        if (seen is { } last && history.HasEnded(uuid) && events.After(last, long.MaxValue, uuid, limit: 1).Count == 0 && last <= events.Positions().Last)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await RunAsync(request, new EventStream(response, events, uuid, time), async (stream, subscription, end) =>
        {
            if (await stream.TellAsync(Known(seen ?? 0, subscription), subscription.Start, end))
                return;
            if (history.HasEnded(uuid))
                await stream.TellAsync(subscription.Start, long.MaxValue, end);
            else
                await stream.FollowAsync(subscription, () => CheckAsync(request, uuid), end);
        });
    }

    private async Task RunAsync(HttpRequest request, EventStream stream, Func<EventStream, EventSubscription, CancellationToken, Task> run)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted, lifetime.ApplicationStopping);
        using var subscription = feed.Subscribe();
        try
        {
            await stream.BeginAsync(end.Token);
            if (request.Method != HttpMethods.Head)
                await run(stream, subscription, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The reader is gone, or this process stops.
        }
    }

    // Of a database that was set aside since, nothing is known.
    private static long Known(long position, EventSubscription subscription) => position <= subscription.Start ? position : 0;

    private async Task<long?> ReadAsync(HttpRequest request)
    {
        await authenticator.RequireAsync(request, OperationsModule.ReadAccess);
        request.ReadQuery(Nothing, isClosed: true);
        var text = request.Headers[LastEventId].ToString();
        if (text.Length == 0)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw new ApiErrorException(ApiError.InvalidData(new JsonObject
            {
                [LastEventId] = new FieldError("Not the id of an event.", "type", "integer").ToJson(),
            }));
    }

    // A token that has ended ends the stream; whether it has may be unknown for a while. A request that is lost never begins.
    private async Task<byte[]?> CheckAsync(HttpRequest request, Guid? uuid)
    {
        try
        {
            await authenticator.RequireAsync(request, OperationsModule.ReadAccess);
        }
        catch (ApiErrorException e)
        {
            return e.Error.Status == StatusCodes.Status401Unauthorized ? [] : null;
        }

        if (uuid is not { } operation || history.Find(operation) is not null)
            return null;
        var waiting = await unstored.FindAsync(operation, request.HttpContext.RequestAborted);
        if (waiting is null)
            return [];
        return waiting["status"]!.GetValue<string>() == OperationStatus.Error ? EventText.EndOf(waiting) : null;
    }
}
