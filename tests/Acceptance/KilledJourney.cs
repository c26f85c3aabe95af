namespace WazoPlugind.Acceptance;

/// <summary>A journey whose worker ends without a warning at a named point; the next one ends what it began.</summary>
public abstract class KilledJourney(Platform platform) : Journey(platform)
{
    protected static readonly string[] InstallSteps =
    [
        "starting", "downloading", "extracting", "validating", "installing dependencies", "building", "packaging", "updating", "installing",
        "cleaning", "completed",
    ];

    // Two, as an event is confirmed before the next goes, and that may be stored a moment later.
    private const int MostDoubled = 2;

    protected static IEnumerable<object[]> Points(string[] always, IEnumerable<string> soaking) =>
        (Soak.IsOn ? [.. always, .. soaking.Except(always)] : always).Select(point => (object[])[point]);

    /// <summary>A point, reached for the first time, the second, and so on.</summary>
    protected static IEnumerable<string> Times(string point, int from, int to) =>
        Enumerable.Range(from, to - from + 1).Select(number => $"{point}#{number}");

    protected static string NameOf(string point) => point.Replace('.', '-').Replace('#', '-').Replace('@', '-').ToLowerInvariant();

    /// <summary>Every step is announced in order and once; an event that came twice is known by its id.</summary>
    protected static void AssertOnce(IReadOnlyList<string> steps, IReadOnlyList<WazoMessage> messages)
    {
        AssertCompleted(messages);
        Assert.Equal(steps, messages.DistinctBy(message => message.Id).Select(message => message.Status));
        Assert.InRange(messages.Count - steps.Count, 0, MostDoubled);
    }

    /// <summary>Asks for something, and lets the worker end at a point of it.</summary>
    /// <returns>The operation's uuid, once it has ended well.</returns>
    protected async Task<string> SurviveAsync(string point, string[] steps, Func<Task<string>> request)
    {
        await Platform.StopWorkerAsync();
        await Platform.StartWorkerAsync(fault: point);
        var dying = Platform.Worker!;
        var uuid = await request();
        // The point must have been reached, or the test is about nothing.
        Assert.Equal(137, await dying.WaitAsync());
        await Platform.StartWorkerAsync();

        var messages = await Platform.Events.OfAsync(uuid);
        await Platform.WaitForWorkerAsync();

        AssertOnce(steps, messages);
        Assert.Equal("completed", (await Platform.Client.GetAsync($"/0.2/operations/{uuid}"))["status"]!.GetValue<string>());
        return uuid;
    }
}
