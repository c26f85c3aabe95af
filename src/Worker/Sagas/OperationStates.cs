using System.Text.Json;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Events;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;
using WazoPlugind.Operations.Secrets;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Outbox;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Plan;
using WazoPlugind.Worker.Sagas.Uninstall;
using WazoPlugind.Worker.Sagas.UpdateAll;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Sagas;

/// <summary>Reads and stores the states of the sagas, each with its history and its effects, inside a transaction.</summary>
/// <param name="configuration">Says the platform's UUID, and how long ended operations are kept.</param>
/// <param name="messages">Knows the messages by name.</param>
/// <param name="secrets">Keeps credentials.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told of what cannot be read.</param>
internal sealed partial class OperationStates(
    PlugindConfiguration configuration, OutboxMessages messages, OperationSecrets secrets, TimeProvider time, ILogger<OperationStates> logger)
{
    private const int MostPrunedByAge = 2;

    private static readonly Dictionary<string, Type> Kinds = new()
    {
        [InstallState.KindName] = typeof(InstallState),
        [UninstallState.KindName] = typeof(UninstallState),
        [UpdateAllState.KindName] = typeof(UpdateAllState),
        [PlanState.KindName] = typeof(PlanState),
    };

    private sealed record Row(string Kind, string Data);

    /// <summary>Finds an operation.</summary>
    /// <param name="transaction">Where.</param>
    /// <param name="operation">Its uuid.</param>
    /// <returns>The operation, part of the transaction; or <c>null</c>.</returns>
    public OperationState? Find(OperationTransaction transaction, Guid operation)
    {
        if (transaction.Query<Row>("SELECT kind, data FROM operations WHERE uuid = @uuid", new { uuid = operation.ToString() }) is not [var row])
            return null;
        var type = Kinds[row.Kind];
        OperationState state;
        try
        {
            state = (OperationState?)JsonSerializer.Deserialize(row.Data, OperationJsonContext.Default.GetTypeInfo(type)!)
                ?? throw new JsonException("an operation is an object");
        }
        catch (JsonException e)
        {
            state = (OperationState)Activator.CreateInstance(type)!;
            state.CorrelationId = operation;
            Attach(state, transaction);
            Discard(state, transaction, e.Message);
        }

        Attach(state, transaction);
        return state;
    }

    /// <summary>Makes an operation part of a transaction.</summary>
    /// <param name="state">The operation.</param>
    /// <param name="transaction">The transaction.</param>
    public void Attach(OperationState state, OperationTransaction transaction) => state.Attach(transaction, time);

    /// <summary>Stores an operation, its new steps, and what follows from its change.</summary>
    /// <param name="state">The operation.</param>
    /// <param name="transaction">The transaction.</param>
    public void Save(OperationState state, OperationTransaction transaction)
    {
        List<OutboxMessage> sent = [];
        foreach (var effect in state.Effects.Where(effect => IsWanted(effect, state)))
        {
            sent.Add(MessageOf(effect, state));
            if (effect is OperationEffect.Message message && StepRegistry.FindByMessage(message.Body.GetType().Name) is { } step)
                state.Ask(sent[^1].Id, step.Name);
        }

        SaveRow(state, transaction);
        if (state is PlanState plan)
            SavePlan(plan, transaction);
        foreach (var step in state.NewSteps)
            Save(step, state.CorrelationId, transaction);
        if (state.FinishedAt is not null)
            transaction.End(state.CorrelationId);
        else
            state.Secrets.ForEach(url => secrets.Keep(transaction, state.CorrelationId, SourceUrl.Redact(url), url));
        SaveEvents(state, transaction);
        sent.ForEach(transaction.Send);
        if (state.FinishedAt is not null)
            Prune(transaction);
        state.NewSteps.Clear();
        state.Secrets.Clear();
        state.Effects.Clear();
    }

    /// <summary>Ends an operation, of whatever kind, with which nobody can go on.</summary>
    /// <param name="operation">Its uuid.</param>
    /// <param name="reason">Why, in a sentence.</param>
    /// <param name="transaction">The transaction.</param>
    public void Abandon(Guid operation, string reason, OperationTransaction transaction)
    {
        if (Find(transaction, operation) is not { FinishedAt: null } state)
            return;
        state.Fail(state.ErrorOf(StepFailure.Of(state.Announced.LastOrDefault() ?? StepName.Starting, reason)));
        state.CurrentState = OperationState.Failed;
        Save(state, transaction);
    }

    /// <summary>Stores an operation that nobody can carry out, so that it is found, and its end is told.</summary>
    /// <param name="operation">Its uuid; one that is known stays what it is.</param>
    /// <param name="action">What it asked for: one of <see cref="OperationAction"/>.</param>
    /// <param name="error">Why.</param>
    /// <param name="transaction">The transaction.</param>
    public void Refuse(Guid operation, string action, OperationError error, OperationTransaction transaction)
    {
        if (Find(transaction, operation) is not null)
            return;
        OperationState state = action switch
        {
            OperationAction.Uninstall => new UninstallState { CorrelationId = operation },
            OperationAction.Update => new UpdateAllState { CorrelationId = operation },
            RejectedCommand.Plan => new PlanState { CorrelationId = operation },
            _ => new InstallState { CorrelationId = operation },
        };
        Attach(state, transaction);
        state.Refuse(error);
        Save(state, transaction);
    }

    /// <summary>What a requester is known by: the user; those from the bus are one.</summary>
    /// <param name="requester">Who asks; <c>null</c> for a command from the bus.</param>
    public static string KeyOf(OperationRequester? requester) => requester?.UserUuid ?? "";

    private static void SaveRow(OperationState state, OperationTransaction transaction)
    {
        var install = state as InstallState;
        transaction.Execute(
            """
            INSERT INTO operations (uuid, kind, action, status, namespace, name, version, method, options, revision, reinstall, current_step,
                step_started_at, attempts, parts, created_at, finished_at, parent, requester, removed_packages, error, data)
            VALUES (@uuid, @kind, @action, @status, @pluginNamespace, @name, @version, @method, @options, @revision, @reinstall, @step,
                @stepStartedAt, @attempts, @parts, @createdAt, @finishedAt, @parent, @requester, @removed, @error, @data)
            ON CONFLICT (uuid) DO UPDATE SET status = @status, action = @action, namespace = @pluginNamespace, name = @name, version = @version,
                method = @method, options = @options, revision = @revision, current_step = @step, step_started_at = @stepStartedAt,
                attempts = @attempts, parts = @parts, finished_at = @finishedAt, removed_packages = @removed, error = @error, data = @data
            """,
            new
            {
                uuid = state.CorrelationId.ToString(),
                kind = state.Kind,
                action = state.Action,
                status = StatusOf(state),
                pluginNamespace = state.PluginNamespace,
                name = state.PluginName,
                version = state.PluginVersion,
                method = install is { Method.Length: > 0 } ? install.Method : null,
                options = install is { Method.Length: > 0 } ? PluginSources.Stored(install.Method, install.Options).ToJsonString() : null,
                revision = install?.Revision,
                reinstall = install?.Reinstall,
                step = state.FinishedAt is null && state.Announced.Count > 0 ? state.Announced[^1] : null,
                stepStartedAt = state.FinishedAt is null && state.StepStartedAt is { } started ? OperationTransaction.Text(started) : null,
                attempts = OperationColumns.Of(state.Attempts),
                parts = state.FinishedAt is null ? OperationColumns.Of(state.Children) : null,
                createdAt = OperationTransaction.Text(state.CreatedAt),
                finishedAt = state.FinishedAt is { } finished ? OperationTransaction.Text(finished) : null,
                parent = state.Parent?.Uuid.ToString(),
                requester = state.Requester is { } requester ? OperationColumns.Of(requester) : null,
                removed = state is UninstallState uninstall ? JsonSerializer.Serialize(uninstall.RemovedPackages) : null,
                error = state.Error is { } error ? OperationColumns.Of(error) : null,
                data = JsonSerializer.Serialize(state, OperationJsonContext.Default.GetTypeInfo(state.GetType())!),
            });
    }

    private static void SavePlan(PlanState state, OperationTransaction transaction) => transaction.Execute(
        """
        UPDATE operations SET dry_run = 1, plan = @plan, method = @method, options = @options, reinstall = @reinstall WHERE uuid = @uuid
        """,
        new
        {
            uuid = state.CorrelationId.ToString(),
            plan = state.Plan?.ToJsonString(),
            method = state.Source?.Method,
            options = state.Source is { } source ? PluginSources.Stored(source.Method, source.Options).ToJsonString() : null,
            reinstall = state.Wanted?.Reinstall,
        });

    // One that is under way changes nothing of what is known of it: its report may have come before.
    private static void Save(StepRecord step, Guid operation, OperationTransaction transaction) => transaction.Execute(
        """
        INSERT INTO operation_steps VALUES (@uuid, @name, @startedAt, @finishedAt)
        ON CONFLICT (uuid, name) DO UPDATE SET started_at = @startedAt, finished_at = @finishedAt WHERE @finishedAt IS NOT NULL
        """,
        new
        {
            uuid = operation.ToString(),
            name = step.Name,
            startedAt = OperationTransaction.Text(step.StartedAt),
            finishedAt = step.FinishedAt is { } finished ? OperationTransaction.Text(finished) : null,
        });

    // For who reads along, also of what nobody else is told.
    private void SaveEvents(OperationState state, OperationTransaction transaction)
    {
        var events = new OperationEvents(transaction, state.CorrelationId, isPlan: state is PlanState);
        foreach (var effect in state.Effects)
        {
            switch (effect)
            {
                case OperationEffect.Printed printed:
                    events.AddOutput(printed.Step, printed.Output, configuration.Limits.OutputKilobytes * 1024);
                    break;
                case OperationEffect.Announcement { Status: StepName.Completed or StepName.Error }:
                    events.AddEnd(StatusOf(state), state.FinishedAt!.Value, state.Error is { } error ? OperationColumns.ToJson(error) : null);
                    break;
                case OperationEffect.Announcement step:
                    events.AddStep(step.Status, step.StartedAt);
                    break;
            }
        }
    }

    private static string StatusOf(OperationState state) =>
        state.FinishedAt is null
            ? state.WaitsFor is null ? OperationStatus.Running : OperationStatus.Waiting
            : state.IsCancelled ? OperationStatus.Cancelled
            : state.Error is null ? OperationStatus.Completed : OperationStatus.Error;

    private bool IsWanted(OperationEffect effect, OperationState state) => effect switch
    {
        OperationEffect.Announcement => state.IsTold,
        OperationEffect.End => state.IsTold && EndMessage.IsWanted(configuration),
        OperationEffect.Printed => false,
        _ => true,
    };

    private OutboxMessage MessageOf(OperationEffect effect, OperationState state)
    {
        var requester = KeyOf(state.Requester);
        switch (effect)
        {
            case OperationEffect.Announcement announcement:
                return WazoEvent
                    .Create(state.Action, state.CorrelationId, announcement.Status, announcement.Error, configuration.Uuid, time)
                    .ToMessage(requester);
            case OperationEffect.End end:
                return EndMessage.Of(end.Body);
        }

        var (destination, type, body) = effect switch
        {
            OperationEffect.Message message => messages.Write(message.Body),
            OperationEffect.WorkspaceRemoval { IsShared: true } => (OutboxMessage.Workspace, OutboxMessage.Shared, ""),
            _ => (OutboxMessage.Workspace, "", ""),
        };
        return new OutboxMessage
        {
            Operation = state.CorrelationId,
            Id = Guid.NewGuid(),
            Destination = destination,
            Type = type,
            Body = body,
            Requester = requester,
            RequestId = RequestId.Take(state.Requester?.RequestId),
        };
    }

    // Nobody can go on with it; the others are not to blame.
    private void Discard(OperationState state, OperationTransaction transaction, string reason)
    {
        LogUnreadable(state.CorrelationId, reason);
        state.Fail(OperationErrors.Refused("what is stored of the operation cannot be read"));
        state.CurrentState = OperationState.Failed;
        Save(state, transaction);
    }

    // By age few at a time, and still more than come: a clock that is wrong for a while does not cost the history.
    private void Prune(OperationTransaction transaction)
    {
        var settings = configuration.Operations;
        var parameters = new { oldest = OperationTransaction.Text(time.GetUtcNow().AddDays(-settings.KeepDays)), most = MostPrunedByAge };
        transaction.Execute(
            "DELETE FROM operations WHERE uuid IN (SELECT uuid FROM operations WHERE finished_at < @oldest ORDER BY finished_at LIMIT @most)", parameters);
        transaction.Execute(
            """
            DELETE FROM withdrawn WHERE uuid IN (SELECT uuid FROM withdrawn WHERE at < @oldest LIMIT @most);
            DELETE FROM cancellations WHERE uuid IN (SELECT uuid FROM cancellations WHERE at < @oldest LIMIT @most)
            """,
            parameters);
        transaction.Execute(
            """
            DELETE FROM operations WHERE finished_at <=
                (SELECT finished_at FROM operations WHERE finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT 1 OFFSET @count)
            """,
            new { count = settings.KeepCount });
    }

    [LoggerMessage(LogLevel.Error, "What is stored of operation {Operation} cannot be read; it ends in an error: {Reason}")]
    private partial void LogUnreadable(Guid operation, string reason);
}
