using Microsoft.Extensions.Logging;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Worker.Steps.Build;

/// <summary>Knows where operations work, and as which users.</summary>
/// <param name="configuration">Says both.</param>
/// <param name="logger">Is told what cannot be as it should.</param>
internal sealed partial class WorkspaceFactory(PlugindConfiguration configuration, ILogger<WorkspaceFactory> logger)
{
    // Who cannot become someone else fetches and builds as itself. A builder that can, and is not root, is the one who fetches.
    private readonly UnixUser? _fetcher = Environment.IsPrivilegedProcess ? UnixUser.Find(configuration.User) : null;
    private readonly UnixUser? _builder = ProcessRights.CanBecomeOthers
        ? UnixUser.Find(configuration.Build.User) ?? (Environment.IsPrivilegedProcess ? UnixUser.Find(configuration.User) : null)
        : null;

    /// <summary>Whether what a step leaves is there for the next one; else every step begins from nothing, and leaves nothing.</summary>
    public bool AreShared => configuration.Worker.PackageTransfer == WorkerConfiguration.ByDirectory;

    /// <summary>The directories that hold all work directories, each named after its operation.</summary>
    public IReadOnlyList<string> Directories => [configuration.DownloadDir, configuration.ExtractDir];

    /// <summary>The work directories of an operation.</summary>
    /// <param name="operation">The operation.</param>
    public Workspace Of(Guid operation) => new(configuration, operation, _fetcher, _builder);

    /// <summary>Removes the work directories of an operation. What cannot be removed holds nothing up: it is removed later.</summary>
    /// <param name="operation">The operation.</param>
    public void TryDelete(Guid operation)
    {
        try
        {
            Of(operation).Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(operation, e.Message);
        }
    }

    /// <summary>Prepares the directories that hold all work directories.</summary>
    /// <exception cref="ConfigurationException">They cannot be created, or there is no such user.</exception>
    public void Prepare()
    {
        if (Environment.IsPrivilegedProcess && _fetcher is null)
            throw new ConfigurationException($"user: there is no user '{configuration.User}' on this machine");
        if (_builder is not null && _builder.Name != configuration.Build.User)
            LogNoBuilder(configuration.Build.User, _builder.Name);
        foreach (var directory in Directories)
        {
            try
            {
                Directory.CreateDirectory(directory);
                // Builds must not be able to replace what this process writes, by renaming its directories.
                if (Environment.IsPrivilegedProcess)
                    LibC.ChangeOwner(directory, UnixUser.Root);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"{directory}: {e.Message}");
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The work directories of operation {Operation} cannot be removed now, and are later: {Reason}")]
    private partial void LogNotDeleted(Guid operation, string reason);

    [LoggerMessage(LogLevel.Warning, "build.user: there is no user '{Wanted}' on this machine; builds run as '{User}', which they share with the API")]
    private partial void LogNoBuilder(string wanted, string user);
}
