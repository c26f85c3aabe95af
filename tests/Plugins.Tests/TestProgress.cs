using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Tests;

/// <summary>The progress of a step that nobody watches.</summary>
public sealed class TestProgress : IStepProgress
{
    public List<string> Steps { get; } = [];

    public CancellationToken Cancellation { get; init; }

    public TimeSpan Remaining { get; set; } = TimeSpan.FromMinutes(20);

    public void Begin(string step) => Steps.Add(step);

    public List<string> Printed { get; } = [];

    public bool IsCancelled { get; init; }

    public bool TryClaim() => !IsCancelled;

    public void Print(string line)
    {
        lock (Printed)
            Printed.Add(line);
    }
}
