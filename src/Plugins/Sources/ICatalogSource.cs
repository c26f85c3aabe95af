using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Sources;

/// <summary>A source that knows which other one has a plugin.</summary>
public interface ICatalogSource : IPluginSource
{
    /// <summary>Finds the plugin (step downloading).</summary>
    /// <param name="options">What is looked for.</param>
    /// <param name="progress">Says when to stop.</param>
    /// <returns>The source that has it.</returns>
    Task<StepResult<PluginOrigin>> ResolveAsync(InstallOptions options, IStepProgress progress);
}
