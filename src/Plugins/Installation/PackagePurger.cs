using WazoPlugind.Plugins.Registry;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Removes packages of plugins completely, also those whose own scripts stand in the way.</summary>
/// <param name="packageManager">Runs dpkg.</param>
/// <param name="dpkg">Knows what is left.</param>
public sealed class PackagePurger(PackageManager packageManager, DpkgStatus dpkg)
{
    private const string DpkgInfoDirectory = "/var/lib/dpkg/info";

    /// <summary>Removes a package with its conffiles.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="addOutput">Is given dpkg's output.</param>
    /// <returns>Whether it is gone.</returns>
    public async Task<bool> PurgeAsync(string package, Action<string> addOutput)
    {
        if (await TryAsync(package, addOutput))
            return true;
        foreach (var script in (string[])["prerm", "postrm"])
            Workspace.WriteFile(Path.Join(DpkgInfoDirectory, $"{package}.{script}"), "#!/bin/sh\nexit 0\n", executable: true);
        return await TryAsync(package, addOutput);
    }

    private async Task<bool> TryAsync(string package, Action<string> addOutput)
    {
        var result = await packageManager.PurgeAsync(package);
        addOutput(result.Output);
        return dpkg.Packages.GetValueOrDefault(package) is null or { IsGone: true };
    }
}
