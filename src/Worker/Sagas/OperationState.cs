using System.Text.Json.Serialization;
using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Locks;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// What is remembered of an operation, of any kind, and what a change of it makes happen: a saga sends nothing itself, it lists effects,
/// which are stored with the state.
/// </summary>
internal abstract class OperationState : SagaStateMachineInstance
{
    /// <summary>The state of an operation that ended in an error, in every saga.</summary>
    public const string Failed = "Failed";

    private OperationTransaction? _transaction;
    private TimeProvider _time = TimeProvider.System;

    /// <summary>The operation's uuid.</summary>
    public Guid CorrelationId { get; set; }

    /// <summary>The state that its saga is in.</summary>
    public string CurrentState { get; set; } = "";

    /// <summary>When the command was accepted.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it ended, or <c>null</c>.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Why it failed, or <c>null</c>.</summary>
    public OperationError? Error { get; set; }

    /// <summary>Whether someone has cancelled it.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>Who asked for it over HTTP, or <c>null</c>.</summary>
    public OperationRequester? Requester { get; set; }

    /// <summary>The operation that it is part of, or <c>null</c>.</summary>
    public OperationParent? Parent { get; set; }

    /// <summary>The parts of it that are operations of their own.</summary>
    public IReadOnlyList<ChildOperation> Children { get; set; } = [];

    /// <summary>The operation on the same plugin that it waits for, or <c>null</c>.</summary>
    public Guid? WaitsFor { get; set; }

    /// <summary>The steps that have been announced, in order.</summary>
    public IList<string> Announced { get; set; } = [];

    /// <summary>When the last of them began.</summary>
    public DateTimeOffset? StepStartedAt { get; set; }

    /// <summary>What was tried of the work that it has asked for, in order.</summary>
    public IReadOnlyList<WorkAttempts> Attempts { get; set; } = [];

    /// <summary>The kind of saga that works on it, as it is stored.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>The action, as the history names it.</summary>
    [JsonIgnore]
    public abstract string Action { get; }

    /// <summary>Whether anybody is told of its steps and its end, who does not ask.</summary>
    [JsonIgnore]
    public virtual bool IsTold => true;

    /// <summary>The plugin's namespace, once it is known.</summary>
    [JsonIgnore]
    public abstract string? PluginNamespace { get; }

    /// <summary>The plugin's name, once it is known.</summary>
    [JsonIgnore]
    public abstract string? PluginName { get; }

    /// <summary>The plugin's version that is installed, once it is known.</summary>
    [JsonIgnore]
    public virtual string? PluginVersion => null;

    /// <summary>The steps to store with it.</summary>
    [JsonIgnore]
    public List<StepRecord> NewSteps { get; } = [];

    /// <summary>What happens once it is stored, in order.</summary>
    [JsonIgnore]
    public List<OperationEffect> Effects { get; } = [];

    /// <summary>The urls with credentials that it needs until its end; what is stored of them otherwise is without.</summary>
    [JsonIgnore]
    public List<string> Secrets { get; } = [];

    /// <summary>The parts that failed.</summary>
    [JsonIgnore]
    public IEnumerable<ChildOperation> FailedChildren => Children.Where(child => child.Error is not null);

    /// <summary>Makes it part of a transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="time">The clock.</param>
    public void Attach(OperationTransaction transaction, TimeProvider time) => (_transaction, _time) = (transaction, time);

    /// <summary>Makes the error of a step that failed, as the recorded events have it.</summary>
    /// <param name="failure">What happened.</param>
    public abstract OperationError ErrorOf(StepFailure failure);

    /// <summary>Begins.</summary>
    /// <param name="requester">Who asked for it.</param>
    /// <param name="parent">What it is part of.</param>
    public void Begin(OperationRequester? requester, OperationParent? parent)
    {
        (Requester, Parent, CreatedAt) = (requester, parent, _time.GetUtcNow());
        Announce(StepName.Starting);
    }

    /// <summary>Ends as it would begin: nobody can carry it out.</summary>
    /// <param name="error">Why.</param>
    public void Refuse(OperationError error)
    {
        (CreatedAt, CurrentState) = (_time.GetUtcNow(), Failed);
        Fail(error);
    }

    /// <summary>Announces a step.</summary>
    /// <param name="step">The step.</param>
    public void Announce(string step) => Announce(step, _time.GetUtcNow());

    /// <summary>Sends a message once this is stored.</summary>
    /// <param name="message">The message, without credentials.</param>
    public void Send(object message) => Effects.Add(new OperationEffect.Message(message));

    /// <summary>Takes the steps of a worker: announces what has not been announced yet, whichever report comes first.</summary>
    /// <param name="steps">The steps, in order.</param>
    public void Record(IReadOnlyList<StepRecord> steps)
    {
        NewSteps.AddRange(steps);
        foreach (var step in steps)
        {
            if (!Announced.Contains(step.Name))
                Announce(step.Name, step.StartedAt);
            if (step.Output is { } output)
                Effects.Add(new OperationEffect.Printed(step.Name, output));
        }
    }

    /// <summary>A work is asked for.</summary>
    /// <param name="message">The id of the message that asks for it.</param>
    /// <param name="work">Its name.</param>
    public void Ask(Guid message, string work) => Attempts = [.. Attempts, new WorkAttempts(message, work)];

    /// <summary>A worker has begun with a message.</summary>
    /// <param name="report">Its report.</param>
    public void Begin(StepBegan report) => Change(report.Command, work => work.Begin(report.BeganAt, report.Kills));

    /// <summary>A worker has ended with a message.</summary>
    /// <param name="message">The message's id.</param>
    /// <param name="steps">The steps that it did.</param>
    /// <param name="kills">How many runs are known that ended with their process.</param>
    public void End(Guid message, IReadOnlyList<StepRecord> steps, int kills = 0) =>
        Change(message, work => work.End(steps.Count > 0, kills, _time.GetUtcNow()));

    /// <summary>A worker has put off what a message asks for.</summary>
    /// <param name="report">Its report.</param>
    /// <param name="next">The id of the message that asks for it again.</param>
    /// <param name="until">When that is.</param>
    public void Postpone(StepPostponed report, Guid next, DateTimeOffset until)
    {
        End(report.Command, report.Steps, report.Next.Kills);
        Change(report.Command, work => work.Postpone(next, until, report.Reason));
    }

    /// <summary>Takes the end of a part.</summary>
    /// <param name="ended">What became of it.</param>
    public void Record(ChildEnded ended) => Children = [.. Children.Select(child => child.Operation == ended.Child
        ? child with { HasEnded = true, Error = ended.Error }
        : child)];

    /// <summary>Takes a url: its credentials are kept apart.</summary>
    /// <param name="url">The url, or <c>null</c>.</param>
    /// <returns>The url without credentials.</returns>
    public string? TakeUrl(string? url)
    {
        if (url is null || SourceUrl.Redact(url) is var redacted && redacted == url)
            return url;
        Secrets.Add(url);
        return redacted;
    }

    /// <summary>Takes the turn on a plugin, or a place in its line; where another operation has it, this one waits for that.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <returns>Whether they would wait for each other.</returns>
    public TurnTaken TakeTurn(PluginReference plugin)
    {
        var turn = PluginTurns.Take(_transaction!, plugin.ToString(), CorrelationId, Parent?.Uuid);
        WaitsFor = turn.WaitsFor;
        return turn;
    }

    /// <summary>Ends it well.</summary>
    public void Complete()
    {
        Effects.Add(new OperationEffect.WorkspaceRemoval());
        End(StepName.Completed);
    }

    /// <summary>Ends it in an error; nothing is left of its work.</summary>
    /// <param name="error">Why.</param>
    public void Fail(OperationError error)
    {
        Error = error;
        Effects.Add(new OperationEffect.WorkspaceRemoval());
        End(StepName.Error);
    }

    /// <summary>Ends it because someone wants that; nothing is left of its work.</summary>
    public void Cancel()
    {
        (IsCancelled, CurrentState, Error) = (true, Failed, OperationErrors.Cancelled());
        Effects.Add(new OperationEffect.WorkspaceRemoval(IsShared: true));
        End(StepName.Error);
    }

    /// <summary>Whether someone has cancelled it before it came.</summary>
    public bool WasCancelledBefore() => _transaction!.Query<int>(
        "SELECT 1 FROM cancellations WHERE uuid = @uuid AND refusal IS NULL", new { uuid = CorrelationId.ToString() }).Count > 0;

    private void Change(Guid message, Func<WorkAttempts, WorkAttempts> change) =>
        Attempts = [.. Attempts.Select(work => work.Message == message ? change(work) : work)];

    private void Announce(string step, DateTimeOffset moment)
    {
        Announced.Add(step);
        StepStartedAt = moment;
        Effects.Add(new OperationEffect.Announcement(step, moment));
    }

    // Those who wait for it are told after everyone else.
    private void End(string status)
    {
        var now = _time.GetUtcNow();
        FinishedAt = now;
        WaitsFor = null;
        Effects.Add(new OperationEffect.Announcement(status, now, Error));
        if (Parent is { } parent)
            Send(new ChildEnded { Uuid = parent.Uuid, Child = CorrelationId, Error = Error });
        foreach (var next in PluginTurns.Pass(_transaction!, CorrelationId))
            Send(new TurnCame { Uuid = next });
        Effects.Add(new OperationEffect.End(new PluginOperationEnded
        {
            Uuid = CorrelationId,
            Action = Action,
            Status = IsCancelled ? OperationStatus.Cancelled : Error is null ? OperationStatus.Completed : OperationStatus.Error,
            Namespace = PluginNamespace,
            Name = PluginName,
            Version = PluginVersion,
            Error = Error is null ? null : OperationErrors.Tell(Error),
        }));
    }
}
