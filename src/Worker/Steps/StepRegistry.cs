using WazoPlugind.Worker.Steps.Build;
using WazoPlugind.Worker.Steps.Fetch;
using WazoPlugind.Worker.Steps.Install;
using WazoPlugind.Worker.Steps.Plan;
using WazoPlugind.Worker.Steps.Remove;
using WazoPlugind.Worker.Steps.Updates;

namespace WazoPlugind.Worker.Steps;

/// <summary>The steps that workers do.</summary>
internal static class StepRegistry
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<StepDefinition> All { get; } =
    [
        FetchStep.Definition,
        FindUpdatesStep.Definition,
        BuildStep.Definition,
        InstallStep.Definition,
        RemoveStep.Definition,
        PlanSourcesStep.Definition,
        PlanPackagesStep.Definition,
    ];

    /// <summary>The step that a message asks for, of which no more is known than its type's name: a dead letter.</summary>
    /// <param name="messageType">The name of the message's type, without its namespace.</param>
    /// <returns><c>null</c> when it asks for none.</returns>
    public static StepDefinition? FindByMessage(string messageType) => All.FirstOrDefault(step => step.CommandType.Name == messageType);
}
