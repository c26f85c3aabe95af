using System.Text.Json.Nodes;
using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Debian.Versions;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Planning;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Sagas.Plan;

/// <summary>Writes plans as clients read them.</summary>
/// <param name="configuration">Says how packages are named.</param>
/// <param name="dpkg">Knows who needs what.</param>
/// <param name="plugins">Says which packages are plugins.</param>
internal sealed class PlanDocument(PlugindConfiguration configuration, DpkgStatus dpkg, PluginPackages plugins)
{
    private const string None = "none";

    /// <summary>The plan of an installation of what is installed.</summary>
    /// <param name="installed">The plugin.</param>
    public static JsonObject OfInstalled(PluginReference installed) => Write([Describe(installed, None, installed.Version)]);

    /// <summary>The plan of a removal.</summary>
    /// <param name="removed">The packages that go.</param>
    /// <param name="problem">Why none does, or <c>null</c>.</param>
    public JsonObject OfRemoval(IReadOnlyList<DpkgPackage> removed, (OperationError Error, PluginReference Plugin)? problem)
    {
        var dependants = removed.SkipLast(1).Select(NameOf).ToList();
        return Write(
            [.. removed.Select(package => Describe(PluginOf(package), "remove", package.Version))],
            warnings: dependants.Count > 0 ? [$"these plugins need it, and would be removed too: {string.Join(", ", dependants)}"] : [],
            problems: problem is var (error, plugin) ? [(error, plugin)] : []);
    }

    /// <summary>The plan of installations and updates.</summary>
    /// <param name="plan">What would become of plugins.</param>
    /// <param name="changes">What apt-get would do.</param>
    /// <param name="wasAsked">Whether that was asked.</param>
    /// <param name="problems">What would fail, each with its plugin where that is known.</param>
    public JsonObject Of(PluginPlan plan, AptChanges changes, bool wasAsked, IReadOnlyList<(OperationError Error, PluginReference? Plugin)> problems)
    {
        List<string> warnings = [.. plan.Plugins
            .Where(plugin => ActionOf(plugin) == "downgrade")
            .Select(plugin => $"{plugin.Plugin} {plugin.Plugin.Version} is older than what is installed, {plugin.Installed}")];
        if (changes.Packages.Where(change => change.Version is null).Select(change => change.Package).ToList() is { Count: > 0 } removed)
            warnings.Add($"apt-get would remove {string.Join(", ", removed)}");
        if (wasAsked)
            warnings.Add("what apt-get would do is by the lists of packages that there are; an installation updates them first");
        return Write([.. plan.Plugins.Select(Describe)], changes, warnings, problems);
    }

    private static JsonObject Write(
        IEnumerable<JsonObject> plugins,
        AptChanges? changes = null,
        IReadOnlyList<string>? warnings = null,
        IReadOnlyList<(OperationError Error, PluginReference? Plugin)>? problems = null) => new()
        {
            ["plugins"] = new JsonArray([.. plugins]),
            ["packages"] = new JsonArray([.. (changes ?? AptChanges.None).Packages.Select(Describe)]),
            ["download_bytes"] = (changes ?? AptChanges.None).DownloadBytes,
            ["warnings"] = new JsonArray([.. (warnings ?? []).Select(warning => JsonValue.Create(warning))]),
            ["problems"] = new JsonArray([.. (problems ?? []).Select(problem => Describe(problem.Error, problem.Plugin))]),
        };

    private JsonObject Describe(PlannedPlugin plugin)
    {
        var action = ActionOf(plugin);
        var described = Describe(plugin.Plugin, action, plugin.Installed);
        described["method"] = plugin.Source.Method;
        described["options"] = PluginSources.Stored(plugin.Source.Method, plugin.Source.Options);
        described["revision"] = plugin.Revision;
        described["needed_by"] = plugin.NeededBy?.ToString();
        described["dependants"] = new JsonArray([.. dpkg
            .DependantsOf([PluginPackage.NameOf(configuration, plugin.Plugin.Namespace, plugin.Plugin.Name)])
            .Select(dependant => JsonValue.Create(NameOf(dependant)))]);
        described["manifest"] = JsonObject.Create(plugin.Manifest);
        return described;
    }

    private static JsonObject Describe(PluginReference plugin, string action, string? installed) => new()
    {
        ["namespace"] = plugin.Namespace,
        ["name"] = plugin.Name,
        ["action"] = action,
        ["version"] = action == "remove" ? null : plugin.Version,
        ["installed_version"] = installed,
    };

    private static JsonObject Describe(AptChange change) => new()
    {
        ["name"] = change.Package,
        ["action"] = change.Version is null ? "remove" : change.Installed is null ? "install" : "update",
        ["version"] = change.Version,
        ["installed_version"] = change.Installed,
    };

    private static JsonObject Describe(OperationError error, PluginReference? plugin)
    {
        var described = JsonNode.Parse(OperationColumns.Of(error))!.AsObject();
        described["plugin"] = plugin?.ToString();
        return described;
    }

    private static string ActionOf(PlannedPlugin plugin)
    {
        if (plugin.IsSatisfied)
            return None;
        if (plugin.Installed is not { } installed)
            return "install";
        return DebianVersion.Compare(installed, plugin.Plugin.Version!) switch { < 0 => "update", 0 => "reinstall", _ => "downgrade" };
    }

    private PluginReference PluginOf(DpkgPackage package) =>
        PluginPackage.PluginOf(configuration, package.Name) is var (pluginNamespace, name) ? new(pluginNamespace, name) : new("", package.Name);

    private string NameOf(DpkgPackage package) => plugins.IsPlugin(package) ? PluginOf(package).ToString() : package.Name;
}
