using WazoPlugind.Processes.Files;

namespace WazoPlugind.Processes;

/// <summary>
/// Places where tests end this process without a warning, as a power failure would. <c>PLUGIND_FAULT</c> arms one:
/// <c>name</c>, <c>name#3</c> for the third time that it is reached, <c>name=/file</c> for once, which the file then shows.
/// </summary>
public static class FaultPoint
{
    /// <summary>A saga's message has been confirmed by the broker.</summary>
    public const string SagaSent = "saga.sent";

    /// <summary>A saga's state is about to be stored.</summary>
    public const string SagaSaving = "saga.saving";

    /// <summary>A saga's state is stored; the message that caused it is not acknowledged.</summary>
    public const string SagaSaved = "saga.saved";

    /// <summary>An event has been confirmed by the broker.</summary>
    public const string EventPublished = "event.published";

    /// <summary>The source is fetched; nothing is laid out.</summary>
    public const string SourceFetched = "source.fetched";

    /// <summary>The source is validated; nothing marks it as complete.</summary>
    public const string SourceValidated = "source.validated";

    /// <summary>The plugin's own build has run.</summary>
    public const string Built = "package.built";

    /// <summary>The package is made; nothing has copied it.</summary>
    public const string Packaged = "package.packaged";

    /// <summary>A step has reported to the saga; its message is not acknowledged.</summary>
    public const string Reported = "step.reported";

    /// <summary>The installer has its own copy of the package.</summary>
    public const string Staged = "package.staged";

    /// <summary>dpkg has installed the package; it is not kept yet.</summary>
    public const string Installed = "package.installed";

    /// <summary>The package is kept.</summary>
    public const string Kept = "package.kept";

    /// <summary>dpkg has removed the package; what is kept of it is still there.</summary>
    public const string Removed = "package.removed";

    private static readonly (string Name, int Time, string? Once)? Armed = Parse(Environment.GetEnvironmentVariable("PLUGIND_FAULT"));

    private static int _times;

    /// <summary>Ends this process, if the point is armed.</summary>
    /// <param name="name">The point.</param>
    public static void Reach(string name)
    {
        if (Armed is not { } armed || armed.Name != name || Interlocked.Increment(ref _times) != armed.Time)
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

    private static (string Name, int Time, string? Once)? Parse(string? setting)
    {
        if (string.IsNullOrEmpty(setting))
            return null;
        var (point, once) = setting.Split('=', 2) is [var before, var file] ? (before, file) : (setting, null);
        return point.Split('#', 2) is [var name, var time] && int.TryParse(time, out var number) ? (name, number, once) : (point, 1, once);
    }
}
