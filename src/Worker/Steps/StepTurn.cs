using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Steps;

/// <summary>The turn of a message on its operation, and what is known here of the steps before. It ends when it is disposed of.</summary>
/// <param name="workspaces">Knows where.</param>
/// <param name="step">The step.</param>
/// <param name="delivery">The message.</param>
/// <param name="held">Held while it lasts; <c>null</c> where there was no room for it.</param>
/// <param name="time">The clock.</param>
internal sealed class StepTurn(WorkspaceFactory workspaces, StepDefinition step, StepDelivery delivery, IDisposable? held, TimeProvider time)
    : IDisposable
{
    private readonly Workspace _workspace = workspaces.Of(delivery.Operation);
    private StepJournal? _journal;
    private StepAttempts? _attempts;
    private IReadOnlyList<StepAttempt>? _runs;

    /// <summary>Whether the operation is known to have ended.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Whether the operation was cancelled meanwhile: nothing of it stays.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>The operation's work directories.</summary>
    public Workspace Workspace => _workspace;

    /// <summary>Whether the orchestrator has the report on the message, as it has asked for the step again since.</summary>
    public bool WasSuperseded => WasBegun && Runs[^1].Message != delivery.Message;

    /// <summary>The runs of the step that ended with their process, as far as it is known here.</summary>
    public IReadOnlyList<StepAttempt> Kills => [.. Runs.Where(run => !run.HasEnded)];

    /// <summary>Whether someone else works on this same message.</summary>
    public bool IsUnderWay => Runs is [.., { HasEnded: false } last] && last.Message == delivery.Message;

    /// <summary>Whether a run of the step for this message was begun here.</summary>
    public bool WasBegun => Runs.Any(run => run.Message == delivery.Message);

    /// <summary>Whether any run of the step was begun here.</summary>
    public bool WasTried => Runs.Count > 0;

    private StepAttempts Attempts => _attempts ??= new StepAttempts(_workspace.Operation, time);

    // As they were when the turn came: nobody else begins one while it lasts.
    private IReadOnlyList<StepAttempt> Runs => _runs ??= Attempts.Of(step.Name);

    private StepJournal Journal => _journal ??= new StepJournal(_workspace.Operation, step);

    /// <summary>What was reported on the message before, or <c>null</c>.</summary>
    public IOperationMessage? FindReport() => workspaces.AreShared ? Journal.Find(delivery.Message) : null;

    /// <summary>Remembers a report, where something stays here after the step.</summary>
    /// <param name="report">The report.</param>
    public void Remember(IOperationMessage report)
    {
        if (workspaces.AreShared)
            Journal.Write(delivery.Message, report);
    }

    /// <summary>Writes down that a run begins.</summary>
    public void Begin() => Attempts.Begin(step.Name, delivery.Message);

    /// <summary>Writes down that the run has ended.</summary>
    public void End() => Attempts.End(step.Name, delivery.Message);

    /// <inheritdoc/>
    public void Dispose()
    {
        // A builder that shares no directory with the others leaves nothing.
        if (HasEnded || IsCancelled || !workspaces.AreShared)
            workspaces.TryDelete(delivery.Operation);
        held?.Dispose();
    }
}
