using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Plugins.Registry;
using WazoPlugind.Worker.Build;
using WazoPlugind.Worker.Events;

namespace WazoPlugind.Worker.Operations;

/// <summary>Coordinates the removal of a plugin.</summary>
internal sealed class UninstallSaga : OperationSaga<UninstallState>
{
    private readonly InstalledPlugins _installed;

    /// <summary>Describes the flow.</summary>
    public UninstallSaga(
        InstalledPlugins installed, OperationEvents events, WorkspaceFactory workspaces, TimeProvider time, ILogger<UninstallSaga> logger)
        : base(OperationKind.Uninstall, events, workspaces, time, logger)
    {
        _installed = installed;
        Event(() => Requested, requested => requested.CorrelateById(context => context.Message.Uuid));
        Event(() => Removed, Correlate);

        Initially(
            When(Requested)
                .Then(context => (context.Saga.Namespace, context.Saga.Name) = (context.Message.Namespace, context.Message.Name))
                .ThenAsync(StartAsync)
                .IfElse(
                    IsInstalled,
                    installed => installed
                        .ThenAsync(context => SendAsync(context, Queues.Install, Remove(context.Message)))
                        .TransitionTo(Removing),
                    absent => absent
                        .ThenAsync(context => AnnounceAsync(context, Steps.Removing))
                        .ThenAsync(context => FailAsync(context, OperationErrors.Step(Steps.Removing, "the plugin is not installed")))
                        .TransitionTo(Failed)));

        During(Removing,
            When(Removed)
                .Then(context => context.Saga.NewSteps.AddRange(context.Message.Steps))
                .Then(context => context.Saga.RemovedPackages = context.Message.Packages)
                .ThenAsync(CompleteAsync)
                .TransitionTo(Completed),
            When(StepFailed)
                .ThenAsync(FailAsync)
                .TransitionTo(Failed));
    }

    /// <summary>The installer removes the package.</summary>
    public State Removing { get; private set; } = null!;

    /// <summary>Someone asks for the removal.</summary>
    public Event<UninstallPluginCommand> Requested { get; private set; } = null!;

    /// <summary>The package is removed.</summary>
    public Event<PackageRemoved> Removed { get; private set; } = null!;

    private static RemovePackage Remove(UninstallPluginCommand command) => new()
    {
        Uuid = command.Uuid,
        Namespace = command.Namespace,
        Name = command.Name,
    };

    // A command that comes again may find its own work done, without a record of it.
    private bool IsInstalled(BehaviorContext<UninstallState, UninstallPluginCommand> context) =>
        context.ReceiveContext.Redelivered || _installed.Find(context.Message.Namespace, context.Message.Name) is not null;
}
