using System.Text.Json;
using WazoPlugind.Debian.Versions;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Planning;

/// <summary>Finds out what would be installed: fetches plugins and those that they need, one after the other, and runs nothing of them.</summary>
/// <param name="configuration">Says where the manifest is.</param>
/// <param name="fetcher">Fetches.</param>
public sealed class PluginPlanner(PlugindConfiguration configuration, PluginFetcher fetcher)
{
    /// <summary>Plans installations and updates (steps downloading, extracting and validating).</summary>
    /// <param name="wanted">The plugins.</param>
    /// <param name="installed">What is installed.</param>
    /// <param name="workspace">Where to fetch to.</param>
    /// <param name="progress">Is told the steps.</param>
    /// <returns>
    /// What would happen, with what would fail. Only what another try may mend is a failure, and only where a single plugin was asked for:
    /// of several the others are told.
    /// </returns>
    public async Task<StepResult<PluginPlan>> PlanAsync(
        IReadOnlyList<WantedPlugin> wanted, IReadOnlyList<InstalledVersion> installed, Workspace workspace, IStepProgress progress)
    {
        var walk = new Walk(configuration, fetcher, installed.ToDictionary(plugin => plugin.Plugin.ToString()), workspace, progress);
        foreach (var plugin in wanted)
        {
            if (await walk.AddAsync(plugin, []) is { } failure && wanted.Count == 1)
                return failure;
        }

        return new PluginPlan(walk.Planned, walk.Problems);
    }

    private sealed class Walk(
        PlugindConfiguration configuration,
        PluginFetcher fetcher,
        Dictionary<string, InstalledVersion> installed,
        Workspace workspace,
        IStepProgress progress)
    {
        public List<PlannedPlugin> Planned { get; } = [];

        public List<PlanProblem> Problems { get; } = [];

        // What another try may mend, or null.
        public async Task<StepFailure?> AddAsync(WantedPlugin wanted, IReadOnlyList<string> path)
        {
            var result = await fetcher.FetchAsync(wanted.Source.Method, wanted.Source.Options, wanted.Revision, workspace, progress);
            if (!result.Succeeded)
            {
                Problems.Add(new PlanProblem(result.Failure with { Transience = null }, wanted.Plugin, wanted.Source.WithoutCredentials()));
                return result.Failure.Transience is null ? null : result.Failure;
            }

            var fetched = result.Value;
            var identity = fetched.Manifest.Plugin;
            if (IsPlanned(identity.ToString()))
                return null;
            // The next plugin takes its place.
            var manifest = JsonElement.Parse(ManifestReader.Read(fetched.Root, configuration.DefaultMetadataFilename)!.ToJsonString());
            var there = installed.GetValueOrDefault(identity.ToString());
            var plugin = new PluginReference(identity.Namespace, identity.Name, identity.Version);
            var isSatisfied = IsSatisfied(wanted, fetched, there);
            if (!isSatisfied && await AddNeededAsync(fetched, plugin, [.. path, plugin.ToString()]) is { } failure)
                return failure;
            Planned.Add(new PlannedPlugin
            {
                Plugin = plugin,
                Installed = there?.Plugin.Version,
                IsSatisfied = isSatisfied,
                Source = fetched.Source.WithoutCredentials(),
                Revision = fetched.Revision,
                Manifest = manifest,
                DebianDepends = fetched.Manifest.DebianDepends,
                NeededBy = wanted.NeededBy,
            });
            return null;
        }

        private async Task<StepFailure?> AddNeededAsync(FetchedPlugin fetched, PluginReference plugin, IReadOnlyList<string> path)
        {
            foreach (var needed in fetched.Manifest.Depends.DistinctBy(needed => needed.ToString()))
            {
                var name = needed.ToString();
                if (IsPlanned(name) || installed.GetValueOrDefault(name) is { IsBroken: false })
                    continue;
                if (path.Contains(name))
                {
                    Problems.Add(new PlanProblem(
                        StepFailure.Of(StepName.InstallingDependencies, $"the plugins need one another: {string.Join(" -> ", [.. path, name])}"),
                        plugin,
                        fetched.Source.WithoutCredentials()));
                    continue;
                }

                var wanted = new WantedPlugin(PluginSources.ByName(needed)) { Plugin = needed, NeededBy = plugin };
                if (await AddAsync(wanted, path) is { } failure)
                    return failure;
            }

            return null;
        }

        // As an installation and an update decide it.
        private static bool IsSatisfied(WantedPlugin wanted, FetchedPlugin fetched, InstalledVersion? there) =>
            !wanted.Reinstall
            && there is { IsBroken: false, Plugin.Version: { } version }
            && (wanted.WantsNewer
                ? DebianVersion.Compare(version, fetched.Manifest.Plugin.Version) >= 0
                : version == fetched.Manifest.Plugin.Version)
            && (wanted.Revision is null || wanted.Revision == there.Revision);

        private bool IsPlanned(string plugin) => Planned.Any(other => other.Plugin.ToString() == plugin);
    }
}
