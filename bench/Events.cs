using System.Globalization;

namespace WazoPlugind.Bench;

/// <summary>What the events of operations tell of time.</summary>
internal static class Events
{
    // A batch of a hundred takes longer than a journey.
    private const int LongestWait = 180;

    /// <summary>Milliseconds from the publishing of each event until it was here.</summary>
    public static IReadOnlyList<double> Delays(this EventRecorder events) =>
        [.. events.All.Select(message => (message.ReceivedAt.DateTime - PublishedAt(message)).TotalMilliseconds)];

    /// <summary>Milliseconds from one event of an operation to the next, in the order of its steps.</summary>
    /// <param name="events">The events.</param>
    /// <param name="uuid">The operation.</param>
    public static IReadOnlyList<(string Status, double Time)> StepsOf(this EventRecorder events, string uuid)
    {
        var steps = events.All.Where(message => message.Uuid == uuid).ToList();
        return [.. steps.Zip(steps.Skip(1), (step, next) => (step.Status, (next.ReceivedAt - step.ReceivedAt).TotalMilliseconds))];
    }

    /// <summary>Waits for the end of an operation.</summary>
    /// <exception cref="InvalidOperationException">It ended in an error.</exception>
    public static async Task CompletedAsync(this EventRecorder events, string uuid)
    {
        var last = (await events.OfAsync(uuid, LongestWait))[^1];
        if (last.Status != "completed")
            throw new InvalidOperationException($"{uuid}: {last.Errors.ToJsonString()}");
    }

    /// <summary>Waits for the end of an operation, whatever it is.</summary>
    public static Task EndedAsync(this EventRecorder events, string uuid) => events.OfAsync(uuid, LongestWait);

    private static DateTime PublishedAt(WazoMessage message) =>
        DateTime.Parse(message.Body["timestamp"]!.GetValue<string>(), CultureInfo.InvariantCulture);
}
