using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Platform;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Machine;
using WazoPlugind.Platform.Yaml;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Brings a plugin's source into its work directory, wherever it comes from, and validates its manifest.</summary>
/// <param name="configuration">Says where the manifest is.</param>
/// <param name="sources">All that there are.</param>
/// <param name="platform">Knows the platform's version.</param>
/// <param name="tools">Know what is missing on this machine.</param>
public sealed class PluginFetcher(
    PlugindConfiguration configuration, IEnumerable<IPluginSource> sources, PlatformVersion platform, MachineTools tools)
{
    private readonly Dictionary<string, IPluginSource> _sources = sources.ToDictionary(source => source.Method.Name);

    /// <summary>Fetches and validates (steps downloading, extracting and validating).</summary>
    /// <param name="method">The installation's method.</param>
    /// <param name="options">The installation's options.</param>
    /// <param name="revision">What it has to be, in the source's own word; <c>null</c> for what there is.</param>
    /// <param name="workspace">Where to; it is emptied first.</param>
    /// <param name="progress">Is told the steps.</param>
    /// <returns>The plugin, or what went wrong.</returns>
    public async Task<StepResult<FetchedPlugin>> FetchAsync(
        string method, InstallOptions options, string? revision, Workspace workspace, IStepProgress progress)
    {
        progress.Begin(StepName.Downloading);
        // First: what cannot be built is not fetched, nor is anybody asked where it is.
        if (tools.MissingForBuilds is { } missing)
            return StepFailure.Of(StepName.Downloading, missing.Problem);
        var resolved = await ResolveAsync(new PluginOrigin(method, options), progress);
        if (!resolved.Succeeded)
            return resolved.Failure;
        var result = await FetchAsync(resolved.Value, revision, workspace, progress);
        return result.Succeeded ? result : result.Failure with { Source = resolved.Value.WithoutCredentials() };
    }

    private async Task<StepResult<FetchedPlugin>> FetchAsync(PluginOrigin source, string? wanted, Workspace workspace, IStepProgress progress)
    {
        if (Find(source) is not ITreeSource tree)
            return Unknown(source);
        if (Refuse(source) is { } refusal)
            return refusal;
        var fetched = await tree.FetchAsync(source.Options, revision: null, workspace, progress);
        if (!fetched.Succeeded)
            return fetched.Failure;

        FaultPoint.Reach(FaultPoint.SourceFetched);
        progress.Begin(StepName.Extracting);
        var revision = await tree.ExtractAsync(fetched.Value, workspace, progress);
        // What it was found by has moved on.
        if (revision.Succeeded && wanted is not null && revision.Value.Id != wanted)
        {
            progress.Begin(StepName.Downloading);
            revision = await LayOutAsync(tree, source, new SourceRevision(wanted), workspace, progress);
        }

        if (!revision.Succeeded)
            return revision.Failure;
        var root = RootOf(tree, source, workspace);
        if (!root.Succeeded)
            return root.Failure;
        JsonNode? document;
        try
        {
            document = ManifestReader.Read(root.Value, configuration.DefaultMetadataFilename);
        }
        catch (YamlFormatException e)
        {
            return StepFailure.Of(StepName.Extracting, e.Message);
        }

        progress.Begin(StepName.Validating);
        var manifest = await ValidateAsync(document, progress);
        if (!manifest.Succeeded)
            return manifest.Failure;
        FaultPoint.Reach(FaultPoint.SourceValidated);
        workspace.MarkTree(revision.Value.Id);
        return new FetchedPlugin(root.Value, source, revision.Value, manifest.Value);
    }

    /// <summary>
    /// Takes what was fetched and left in the work directory, or fetches it again at the revision that it recorded: on another
    /// machine, and after an earlier try to build, which may have changed the tree.
    /// </summary>
    /// <param name="source">Where the plugin really came from.</param>
    /// <param name="revision">What was fetched of it.</param>
    /// <param name="manifest">Its manifest, which is that revision's and is not read again.</param>
    /// <param name="workspace">The work directories.</param>
    /// <param name="progress">Says when to stop.</param>
    /// <returns>The plugin, or what went wrong.</returns>
    public async Task<StepResult<FetchedPlugin>> OpenAsync(
        PluginOrigin source, SourceRevision revision, PluginManifest manifest, Workspace workspace, IStepProgress progress)
    {
        if (Find(source) is not ITreeSource tree)
            return Unknown(source);
        if (tools.MissingForBuilds is { } missing)
            return StepFailure.Of(StepName.Building, missing.Problem);
        if (!workspace.TakeTree(revision.Id))
        {
            if (Refuse(source) is { } refusal)
                return refusal;
            var extracted = await LayOutAsync(tree, source, revision, workspace, progress);
            if (!extracted.Succeeded)
                return extracted.Failure;
        }

        var root = RootOf(tree, source, workspace);
        return root.Succeeded ? new FetchedPlugin(root.Value, source, revision, manifest) : root.Failure;
    }

    private static async Task<StepResult<SourceRevision>> LayOutAsync(
        ITreeSource tree, PluginOrigin source, SourceRevision revision, Workspace workspace, IStepProgress progress)
    {
        var fetched = await tree.FetchAsync(source.Options, revision, workspace, progress);
        return fetched.Succeeded ? await tree.ExtractAsync(fetched.Value, workspace, progress) : fetched.Failure;
    }

    private IPluginSource? Find(PluginOrigin source) => _sources.GetValueOrDefault(source.Method);

    private async Task<StepResult<PluginOrigin>> ResolveAsync(PluginOrigin source, IStepProgress progress) =>
        Find(source) is ICatalogSource catalog ? await catalog.ResolveAsync(source.Options, progress) : source;

    private StepFailure? Refuse(PluginOrigin source) =>
        source.Method == InstallMethods.Git && tools.MissingGit is { } missing ? StepFailure.Of(StepName.Downloading, missing.Problem) : null;

    private static StepFailure Unknown(PluginOrigin source) =>
        StepFailure.Of(StepName.Downloading, $"no plugin is fetched by the method '{source.Method}'");

    private static StepResult<string> RootOf(ITreeSource tree, PluginOrigin source, Workspace workspace)
    {
        var root = SafePath.Resolve(tree.RootOf(source.Options, workspace), source.Options.Subdirectory ?? "");
        return root is not null && Directory.Exists(root)
            ? root
            : StepFailure.Of(StepName.Extracting, "the subdirectory is not a directory of the source");
    }

    private async Task<StepResult<PluginManifest>> ValidateAsync(JsonNode? document, IStepProgress progress)
    {
        if (document is not JsonObject manifest)
            return StepFailure.Of(StepName.Validating, $"{configuration.DefaultMetadataFilename} does not hold a mapping");
        string? version = null;
        if (ManifestValidator.NeedsPlatformVersion(manifest))
        {
            try
            {
                version = await platform.GetAsync(progress.Cancellation);
            }
            catch (PlatformUnavailableException e)
            {
                return StepFailure.Of(StepName.Validating, e.Message) with { Transience = new Transience() };
            }
        }

        return ManifestValidator.Validate(manifest, configuration, version, out var errors) is { } valid ? valid : StepFailure.Validation(errors);
    }
}
