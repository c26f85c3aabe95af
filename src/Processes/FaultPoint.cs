using WazoPlugind.Processes.Files;

namespace WazoPlugind.Processes;

/// <summary>
/// Places where tests end this process without a warning, as a power failure would. <c>PLUGIND_FAULT</c> arms one:
/// <c>name</c>, <c>name#3</c> for the third time that it is reached, <c>name@what</c> for work on what has that name alone,
/// <c>name=/file</c> for once, which the file then shows.
/// </summary>
public static class FaultPoint
{
    /// <summary>A message of the outbox has been confirmed by the broker; that is not stored.</summary>
    public const string OutboxSent = "outbox.sent";

    /// <summary>A message has changed an operation; nothing is stored. What it is reached for is the message.</summary>
    public const string SagaChanged = "saga.changed";

    /// <summary>A saga's state, and what follows from it, is about to be stored.</summary>
    public const string SagaSaving = "saga.saving";

    /// <summary>A saga's state is stored, and nothing of what follows is sent; the message that caused it is not acknowledged.</summary>
    public const string SagaSaved = "saga.saved";

    /// <summary>An event has been confirmed by the broker; that is not stored.</summary>
    public const string EventPublished = "event.published";

    /// <summary>The source is fetched; nothing is laid out.</summary>
    public const string SourceFetched = "source.fetched";

    /// <summary>The source is validated; nothing marks it as complete.</summary>
    public const string SourceValidated = "source.validated";

    /// <summary>The plugin's own build has run. What it is reached for is the plugin.</summary>
    public const string Built = "package.built";

    /// <summary>The package is made; nothing has copied it.</summary>
    public const string Packaged = "package.packaged";

    /// <summary>A step's attempt is written down; nothing is done.</summary>
    public const string StepBegan = "step.began";

    /// <summary>The broker has that a step begins; its work is under way.</summary>
    public const string StepBeganReported = "step.beganReported";

    /// <summary>An operation is about to be cancelled; nothing of that is stored.</summary>
    public const string Cancelling = "operation.cancelling";

    /// <summary>A worker has ended its work on an operation that was cancelled; what it has left is still there.</summary>
    public const string CancelledWork = "step.cancelled";

    /// <summary>The broker has what the commands of a step have written so far.</summary>
    public const string OutputReported = "output.reported";

    /// <summary>What the commands of a step have written is about to be stored. What it is reached for is the step.</summary>
    public const string OutputStoring = "output.storing";

    /// <summary>The broker has a step's report; its message is not acknowledged.</summary>
    public const string Reported = "step.reported";

    /// <summary>The installer has its own copy of the package.</summary>
    public const string Staged = "package.staged";

    /// <summary>dpkg has installed the package; it is not kept yet.</summary>
    public const string Installed = "package.installed";

    /// <summary>The package is kept.</summary>
    public const string Kept = "package.kept";

    /// <summary>dpkg has removed the package; what is kept of it is still there.</summary>
    public const string Removed = "package.removed";

    private static readonly ArmedPoint? Armed = Parse(Environment.GetEnvironmentVariable("PLUGIND_FAULT"));

    private static int _times;

    /// <summary>Ends this process, if the point is armed.</summary>
    /// <param name="name">The point.</param>
    /// <param name="of">The name of what the work is for, where the point says it.</param>
    public static void Reach(string name, string? of = null)
    {
        if (Armed is not { } armed || armed.Name != name || (armed.Of is not null && armed.Of != of) || Interlocked.Increment(ref _times) != armed.Time)
            return;
        if (armed.Once is { } file)
        {
            if (File.Exists(file))
                return;
            File.WriteAllText(file, name);
        }

        LibC.KillProcess(Environment.ProcessId);
        // The signal reaches every thread in a moment; this one does nothing more.
        Thread.CurrentThread.Join();
    }

    private static ArmedPoint? Parse(string? setting)
    {
        if (string.IsNullOrEmpty(setting))
            return null;
        var (point, once) = Split(setting, '=');
        (point, var of) = Split(point, '@');
        (point, var time) = Split(point, '#');
        return new ArmedPoint(point, of, int.TryParse(time, out var number) ? number : 1, once);
    }

    private static (string Before, string? After) Split(string text, char separator) =>
        text.Split(separator, 2) is [var before, var after] ? (before, after) : (text, null);

    private sealed record ArmedPoint(string Name, string? Of, int Time, string? Once);
}
