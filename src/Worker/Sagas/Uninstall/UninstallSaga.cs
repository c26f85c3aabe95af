using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Sagas.Uninstall;

/// <summary>Coordinates the removal of a plugin.</summary>
internal sealed class UninstallSaga : OperationSaga<UninstallState>
{
    private readonly InstalledPlugins _installed;

    /// <summary>Describes the flow.</summary>
    public UninstallSaga(
        PlugindConfiguration configuration,
        InstalledPlugins installed,
        OperationEvents events,
        FairShare shares,
        PluginTurns turns,
        WorkspaceFactory workspaces,
        TimeProvider time,
        ILogger<UninstallSaga> logger)
        : base(OperationKind.Uninstall, configuration, events, shares, turns, workspaces, time, logger)
    {
        _installed = installed;
        Event(() => Requested, requested => requested.CorrelateById(context => context.Message.Uuid));
        Event(() => Removed, Correlate);

        Initially(WhenRequested(Requested, Accept, uninstall => Proceed(uninstall)));

        During(Waiting, Proceed(When(TurnCame)));

        During(Removing,
            When(Removed)
                .Then(context => context.Saga.NewSteps.AddRange(context.Message.Steps))
                .Then(context => context.Saga.RemovedPackages = context.Message.Packages)
                .ThenAsync(CompleteAsync)
                .TransitionTo(Completed),
            WhenStepFailed());
        During(Waiting, WhenStepFailed());
    }

    /// <summary>Another operation works on the plugin.</summary>
    public State Waiting { get; private set; } = null!;

    /// <summary>The installer removes the package.</summary>
    public State Removing { get; private set; } = null!;

    /// <summary>Someone asks for the removal.</summary>
    public Event<UninstallPluginCommand> Requested { get; private set; } = null!;

    /// <summary>The package is removed.</summary>
    public Event<PackageRemoved> Removed { get; private set; } = null!;

    private static void Accept(UninstallState saga, UninstallPluginCommand command) =>
        (saga.Namespace, saga.Name, saga.Requester) = (command.Namespace, command.Name, command.Requester);

    private EventActivityBinder<UninstallState, T> Proceed<T>(EventActivityBinder<UninstallState, T> flow)
        where T : class =>
        flow.Then(context => TakeTurn(context.Saga, new PluginReference(context.Saga.Namespace, context.Saga.Name)))
            .IfElse(
                context => context.Saga.WaitsFor is not null,
                waits => waits.TransitionTo(Waiting),
                free => free.IfElse(
                    IsInstalled,
                    installed => installed
                        .ThenAsync(context => SendStepAsync(context, Queues.Install, Remove(context.Saga)))
                        .TransitionTo(Removing),
                    absent => absent
                        .ThenAsync(context => AnnounceAsync(context, StepName.Removing))
                        .ThenAsync(context => FailAsync(context, OperationErrors.Step(StepName.Removing, "the plugin is not installed")))
                        .TransitionTo(Failed)));

    private static RemovePackage Remove(UninstallState saga) => new()
    {
        Uuid = saga.CorrelationId,
        Namespace = saga.Namespace,
        Name = saga.Name,
    };

    // A message that comes again may find its own work done, without a record of it.
    private bool IsInstalled<T>(BehaviorContext<UninstallState, T> context)
        where T : class =>
        context.ReceiveContext.Redelivered || _installed.FindPackage(context.Saga.Namespace, context.Saga.Name) is not null;
}
