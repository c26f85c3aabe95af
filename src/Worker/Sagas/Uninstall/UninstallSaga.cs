using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Steps.Remove;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Sagas.Uninstall;

/// <summary>Coordinates the removal of a plugin.</summary>
internal sealed class UninstallSaga : OperationSaga<UninstallState>
{
    private readonly InstalledPlugins _installed;

    /// <summary>Describes the flow.</summary>
    /// <param name="installed">Knows the installed plugins.</param>
    /// <param name="logger">Is told of beginnings and ends.</param>
    public UninstallSaga(InstalledPlugins installed, ILogger<UninstallSaga> logger)
        : base("Uninstall", logger)
    {
        _installed = installed;
        Event(() => Requested, Begin);
        Event(() => Removed, Correlate);

        Initially(OnRequested(Requested, Accept, (operation, _) => Remove(operation)));

        During(Waiting, On(TurnCame, (operation, _) => Remove(operation)));

        During(Removing, OnCompleted(Removed, End), OnStepFailed());
    }

    /// <summary>Another operation works on the plugin.</summary>
    public State Waiting { get; private set; } = null!;

    /// <summary>The installer removes the package.</summary>
    public State Removing { get; private set; } = null!;

    /// <summary>Someone asks for the removal.</summary>
    public Event<Requested<UninstallPluginCommand>> Requested { get; private set; } = null!;

    /// <summary>The package is removed.</summary>
    public Event<StepCompleted<PackageRemoved>> Removed { get; private set; } = null!;

    private static void Accept(UninstallState operation, UninstallPluginCommand command) =>
        (operation.Namespace, operation.Name) = (command.Namespace, command.Name);

    private State Remove(UninstallState operation)
    {
        var plugin = new PluginReference(operation.Namespace, operation.Name);
        // Nothing that is removed is part of something that waits for it.
        if (Wait(operation, plugin, Waiting, () => throw new InvalidOperationException("a removal waits for itself")) is { } waiting)
            return waiting;
        if (_installed.FindPackage(operation.Namespace, operation.Name) is null)
        {
            operation.Announce(StepName.Removing);
            return Fail(operation, StepName.Removing, "the plugin is not installed");
        }

        operation.Send(new RemovePackage { Uuid = operation.CorrelationId, Namespace = operation.Namespace, Name = operation.Name });
        return Removing;
    }

    private State End(UninstallState operation, PackageRemoved removed)
    {
        operation.RemovedPackages = removed.Packages;
        return Complete(operation);
    }
}
