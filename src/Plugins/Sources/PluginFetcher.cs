using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Platform;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Yaml;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources.Git;
using WazoPlugind.Plugins.Sources.Market;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Brings a plugin's source into its work directory and validates its manifest.</summary>
/// <param name="configuration">Says where the manifest is.</param>
/// <param name="market">Knows where the market's plugins are.</param>
/// <param name="git">Fetches.</param>
/// <param name="platform">Knows the platform's version.</param>
public sealed class PluginFetcher(PlugindConfiguration configuration, MarketSource market, GitSource git, PlatformVersion platform)
{
    /// <summary>Fetches and validates (steps downloading, extracting and validating).</summary>
    /// <param name="method">The installation's method, for errors.</param>
    /// <param name="options">The installation's options, for errors.</param>
    /// <param name="workspace">Where to; it is emptied first.</param>
    /// <param name="progress">Is told the steps.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>The plugin, or the error.</returns>
    /// <exception cref="TransientStepException">Another try may succeed.</exception>
    public async Task<StepResult<FetchedPlugin>> FetchAsync(
        string method, InstallOptions options, Workspace workspace, IStepProgress progress, CancellationToken cancellationToken)
    {
        await progress.BeginAsync(StepName.Downloading, cancellationToken);
        var resolved = method switch
        {
            InstallMethods.Git => options,
            InstallMethods.Market => await market.ResolveAsync(options, cancellationToken),
            _ => OperationErrors.Step(StepName.Downloading, method, options, $"unknown method '{method}'"),
        };
        if (!resolved.Succeeded)
            return resolved.Error;
        var source = resolved.Value;
        workspace.Create();
        var fetched = await git.FetchAsync(source, workspace, cancellationToken);
        if (!fetched.Succeeded)
            return fetched.Error;

        FaultPoint.Reach(FaultPoint.SourceFetched);
        await progress.BeginAsync(StepName.Extracting, cancellationToken);
        if (await ExtractAsync(method, options, fetched.Value, workspace, cancellationToken) is { Error: { } error })
            return error;
        var opened = OpenPlugin(method, options, source, workspace);
        if (!opened.Succeeded)
            return opened.Error;

        await progress.BeginAsync(StepName.Validating, cancellationToken);
        var manifest = await ValidateAsync(method, options, opened.Value.Manifest, cancellationToken);
        if (!manifest.Succeeded)
            return manifest.Error;
        var commit = CheckedOutCommit(workspace);
        FaultPoint.Reach(FaultPoint.SourceValidated);
        workspace.MarkTree(commit);
        return new FetchedPlugin(opened.Value.Root, commit, manifest.Value, source);
    }

    /// <summary>
    /// Takes what <see cref="FetchAsync"/> left in the work directory, or fetches it again at the commit that it recorded: on
    /// another machine, and after an earlier try to build, which may have changed the tree.
    /// </summary>
    /// <param name="source">The git source.</param>
    /// <param name="commit">The full hash of the commit.</param>
    /// <param name="method">The installation's method, for errors.</param>
    /// <param name="options">The installation's options, for errors.</param>
    /// <param name="workspace">The work directories.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>The plugin, or the error.</returns>
    /// <exception cref="TransientStepException">Another try may succeed.</exception>
    public async Task<StepResult<FetchedPlugin>> OpenAsync(
        InstallOptions source, string commit, string method, InstallOptions options, Workspace workspace, CancellationToken cancellationToken)
    {
        if (!workspace.TakeTree(commit))
        {
            workspace.Create();
            var fetched = await git.FetchCommitAsync(source, commit, workspace, cancellationToken);
            if (!fetched.Succeeded)
                return fetched.Error;
            if (await ExtractAsync(method, options, commit, workspace, cancellationToken) is { Error: { } error })
                return error;
        }

        var opened = OpenPlugin(method, options, source, workspace);
        if (!opened.Succeeded)
            return opened.Error;
        var manifest = await ValidateAsync(method, options, opened.Value.Manifest, cancellationToken);
        return manifest.Succeeded ? new FetchedPlugin(opened.Value.Root, commit, manifest.Value, source) : manifest.Error;
    }

    private async Task<StepResult<string>> ExtractAsync(
        string method, InstallOptions options, string commit, Workspace workspace, CancellationToken cancellationToken)
    {
        var checkOut = await git.CheckOutAsync(workspace, commit, cancellationToken);
        return checkOut.Succeeded
            ? commit
            : OperationErrors.Step(StepName.Extracting, method, options, checkOut.Problem ?? "git could not check the commit out", checkOut);
    }

    private StepResult<OpenedPlugin> OpenPlugin(string method, InstallOptions options, InstallOptions source, Workspace workspace)
    {
        var root = SafePath.Resolve(workspace.Tree, source.Subdirectory ?? "");
        if (root is null || !Directory.Exists(root))
            return Failed("the subdirectory is not a directory of the repository");
        try
        {
            return new OpenedPlugin(root, ManifestReader.ReadForValidation(root, configuration.DefaultMetadataFilename));
        }
        catch (YamlFormatException e)
        {
            return Failed(e.Message);
        }

        OperationError Failed(string reason) => OperationErrors.Step(StepName.Extracting, method, options, reason);
    }

    private async Task<StepResult<PluginManifest>> ValidateAsync(
        string method, InstallOptions options, JsonNode? document, CancellationToken cancellationToken)
    {
        if (document is not JsonObject manifest)
        {
            return OperationErrors.Step(
                StepName.Validating, method, options, $"{configuration.DefaultMetadataFilename} does not hold a mapping");
        }

        string? version = null;
        if (ManifestValidator.NeedsPlatformVersion(manifest))
        {
            try
            {
                version = await platform.GetAsync(cancellationToken);
            }
            catch (PlatformUnavailableException e)
            {
                throw new TransientStepException(OperationErrors.Step(StepName.Validating, method, options, e.Message), e.Message);
            }
        }

        return ManifestValidator.Validate(manifest, version, out var errors) is { } valid ? valid : OperationErrors.Validation(errors);
    }

    // A detached HEAD holds the commit itself, also where a tag was fetched.
    private static string CheckedOutCommit(Workspace workspace) =>
        Encoding.ASCII.GetString(SafePath.ReadFile(workspace.GitDirectory, "HEAD", 256)).Trim();

    private sealed record OpenedPlugin(string Root, JsonNode? Manifest);
}
