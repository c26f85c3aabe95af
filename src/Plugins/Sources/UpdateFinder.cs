using WazoPlugind.Messages;
using WazoPlugind.Platform;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Market;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources.Git;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Finds out which plugins there is something newer of, without fetching any.</summary>
/// <param name="market">Knows the newest versions of the market's plugins.</param>
/// <param name="platform">Knows the platform's version, which limits what can be installed.</param>
/// <param name="git">Asks the repositories of the others.</param>
public sealed class UpdateFinder(MarketClient market, PlatformVersion platform, GitSource git)
{
    /// <summary>Finds the plugins to update (step downloading).</summary>
    /// <param name="candidates">The installed plugins.</param>
    /// <param name="workspace">Where git runs.</param>
    /// <param name="progress">Is told the step.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <returns>Those that there is something newer of, and those that only their own update can tell of: git did not say.</returns>
    /// <exception cref="TransientStepException">The market, or confd, does not answer as it should.</exception>
    public async Task<StepResult<IReadOnlyList<PluginReference>>> FindAsync(
        IReadOnlyList<UpdateCandidate> candidates, Workspace workspace, IStepProgress progress, CancellationToken cancellationToken)
    {
        await progress.BeginAsync(StepName.Downloading, cancellationToken);
        var fromGit = candidates.Where(candidate => candidate.Method == InstallMethods.Git).ToList();
        var fromMarket = candidates.Except(fromGit).ToList();
        var newer = fromMarket.Count == 0 ? [] : await FindInMarketAsync(fromMarket, cancellationToken);
        if (fromGit.Count > 0)
            workspace.Create();
        foreach (var candidate in fromGit)
        {
            if (candidate.Commit is null || !await git.StandsForAsync(candidate.Options, candidate.Commit, workspace, cancellationToken))
                newer.Add(candidate.Plugin);
        }

        return newer;
    }

    private async Task<List<PluginReference>> FindInMarketAsync(List<UpdateCandidate> candidates, CancellationToken cancellationToken)
    {
        try
        {
            var catalog = await market.RevalidateAsync(cancellationToken);
            var platformVersion = catalog.NeedsPlatformVersion ? await platform.GetAsync(cancellationToken) : null;
            return [.. candidates.Select(candidate => candidate.Plugin).Where(plugin =>
                catalog.Find(plugin.Namespace, plugin.Name)?.Versions.Any(version => version.IsUpgradable(plugin.Version, platformVersion)) == true)];
        }
        catch (PlatformUnavailableException e)
        {
            throw new TransientStepException(OperationErrors.Step(StepName.Downloading, e.Message), e.Message);
        }
    }
}
