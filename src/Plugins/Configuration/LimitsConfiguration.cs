namespace WazoPlugind.Plugins.Configuration;

/// <summary>What operations may use of the machine (key <c>limits</c>).</summary>
public sealed record LimitsConfiguration
{
    /// <summary>The bytes of a limit in megabytes, of 1024 kilobytes each.</summary>
    /// <param name="megabytes">The limit.</param>
    public static long Bytes(int megabytes) => megabytes * 1024L * 1024;

    /// <summary>Operations that may be under way or wait; beyond, requests are refused.</summary>
    public int Operations { get; init; } = 10000;

    /// <summary>Kilobytes that are kept of the output of a step.</summary>
    public int OutputKilobytes { get; init; } = 64;

    /// <summary>Megabytes of a fetched repository, and of the files in it.</summary>
    public int SourceMegabytes { get; init; } = 1024;

    /// <summary>Files in a repository.</summary>
    public int SourceFiles { get; init; } = 100000;

    /// <summary>Megabytes of a built package.</summary>
    public int PackageMegabytes { get; init; } = 512;

    /// <summary>Megabytes of what a package installs.</summary>
    public int InstalledMegabytes { get; init; } = 2048;

    /// <summary>Files and directories in a package.</summary>
    public int PackageFiles { get; init; } = 100000;

    /// <summary>Megabytes that stay free on the disk of the work directories.</summary>
    public int FreeMegabytes { get; init; } = 256;

    /// <summary>Packages of installed plugins that are kept at most; beyond, the oldest go.</summary>
    public int KeptPackages { get; init; } = 500;

    /// <summary>Megabytes of packages of installed plugins that are kept at most; beyond, the oldest go.</summary>
    public int KeptPackagesMegabytes { get; init; } = 4096;
}
