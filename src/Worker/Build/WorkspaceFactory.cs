using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Processes;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Build;

/// <summary>Knows where operations work, and as which user.</summary>
/// <param name="configuration">Says both.</param>
internal sealed class WorkspaceFactory(PlugindConfiguration configuration)
{
    // Only root can become someone else; anyone else builds as itself.
    private readonly UnixUser? _user = Environment.IsPrivilegedProcess ? UnixUser.Find(configuration.User) : null;

    /// <summary>Whether what a step leaves is there for the next one; else every step begins from nothing, and leaves nothing.</summary>
    public bool AreShared => configuration.Worker.PackageTransfer == WorkerConfiguration.ByDirectory;

    /// <summary>The work directories of an operation.</summary>
    /// <param name="operation">The operation.</param>
    public Workspace Of(Guid operation) => new(configuration, operation, _user);

    /// <summary>Prepares the directories that hold all work directories.</summary>
    /// <exception cref="ConfigurationException">They cannot be created, or there is no such user.</exception>
    public void Prepare()
    {
        if (Environment.IsPrivilegedProcess && _user is null)
            throw new ConfigurationException($"user: there is no user '{configuration.User}' on this machine");
        foreach (var directory in (string[])[configuration.DownloadDir, configuration.ExtractDir])
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
}
