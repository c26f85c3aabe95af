using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Sources.Archive;
using WazoPlugind.Plugins.Sources.Git;
using WazoPlugind.Plugins.Sources.Market;

namespace WazoPlugind.Plugins.Sources;

/// <summary>The methods of installation.</summary>
public static class PluginSources
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<SourceMethod> All = [GitMethod.Instance, MarketMethod.Instance, ArchiveMethod.Instance];

    /// <summary>The method of a name, or <c>null</c>.</summary>
    /// <param name="name">The name.</param>
    public static SourceMethod? Find(string? name) => All.FirstOrDefault(method => method.Name == name);

    /// <summary>Options as errors show them; none of a method that there is not.</summary>
    /// <param name="wanted">What was asked for.</param>
    /// <param name="chosen">The source that a catalog has chosen for that, or <c>null</c>: its options are shown too.</param>
    public static JsonObject Shown(PluginOrigin wanted, PluginOrigin? chosen)
    {
        var shown = Show(wanted);
        foreach (var (name, value) in chosen is null || chosen.Method == wanted.Method ? [] : Show(chosen))
            shown.TryAdd(name, value?.DeepClone());
        return shown;

        static JsonObject Show(PluginOrigin source) => Find(source.Method)?.Show(source.Options) ?? [];
    }

    /// <summary>Options as they are kept; none of a method that there is not.</summary>
    /// <param name="method">The method.</param>
    /// <param name="options">The options.</param>
    public static JsonObject Stored(string method, InstallOptions options) => Find(method)?.Store(options) ?? [];

    /// <summary>The source of a plugin that is known by its name alone.</summary>
    /// <param name="plugin">The plugin, with the version that is wanted.</param>
    public static PluginOrigin ByName(PluginReference plugin) => All.Select(method => method.SourceOf(plugin)).OfType<PluginOrigin>().First();

    /// <summary>
    /// Where an update comes from: from where most of what is wanted can be had; else from where the plugin came, and if that is not
    /// known, by its name.
    /// </summary>
    /// <param name="plugin">The installed plugin, with the version that is wanted, or <c>null</c>; options count for more than that.</param>
    /// <param name="wanted">What the request says.</param>
    /// <param name="installed">Where the plugin came from; <c>null</c> when that is not known.</param>
    public static PluginOrigin ForUpdate(PluginReference plugin, InstallOptions wanted, Provenance? installed)
    {
        var keys = JsonSerializer.SerializeToNode(wanted, InstallOptionsJsonContext.Default.InstallOptions)!.AsObject().Select(option => option.Key).ToList();
        if (keys.Count == 0 && plugin.Version is not null)
            return ByName(plugin);
        var method = All
            .OrderByDescending(method => method.UpdateOptions.Count(option => keys.Contains(option.Name)))
            .ThenByDescending(method => method.Name == installed?.Method)
            .ThenByDescending(method => method.Name == installed?.Source.Method)
            .ThenByDescending(method => method.SourceOf(plugin) is not null)
            .First();
        var options = installed?.Source.Method == method.Name ? installed.Source.Options : null;
        return new PluginOrigin(method.Name, method.ForUpdate(plugin, wanted, options));
    }

    /// <summary>Why an update from a source is not possible, or <c>null</c>.</summary>
    /// <param name="source">What <see cref="ForUpdate"/> gave.</param>
    public static string? ProblemOf(PluginOrigin source) => Find(source.Method)?.ProblemOfUpdate(source.Options);
}
