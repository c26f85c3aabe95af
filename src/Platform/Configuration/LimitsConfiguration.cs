using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>What operations may use of the machine (key <c>limits</c>).</summary>
public sealed record LimitsConfiguration
{
    /// <summary>The bytes of a limit in megabytes, of 1024 kilobytes each.</summary>
    /// <param name="megabytes">The limit.</param>
    public static long Bytes(int megabytes) => megabytes * 1024L * 1024;

    /// <summary>Operations that may be under way or wait; beyond, requests are refused.</summary>
    [Between(1, 1000000)]
    public int Operations { get; init; } = 10000;

    /// <summary>Kilobytes that are kept of the output of a step.</summary>
    [Between(1, 16384, "kilobytes")]
    public int OutputKilobytes { get; init; } = 64;

    /// <summary>Megabytes of a fetched repository, and of the files in it.</summary>
    [Megabytes]
    public int SourceMegabytes { get; init; } = 1024;

    /// <summary>Files in a repository.</summary>
    [Between(1, 100000000)]
    public int SourceFiles { get; init; } = 100000;

    /// <summary>Megabytes of a built package.</summary>
    [Megabytes]
    public int PackageMegabytes { get; init; } = 512;

    /// <summary>Megabytes of what a package installs.</summary>
    [Megabytes]
    public int InstalledMegabytes { get; init; } = 2048;

    /// <summary>Files and directories in a package.</summary>
    [Between(1, 100000000)]
    public int PackageFiles { get; init; } = 100000;

    /// <summary>Megabytes that stay free on the disk of the work directories.</summary>
    [Megabytes(0)]
    public int FreeMegabytes { get; init; } = 256;

    /// <summary>Packages of installed plugins that are kept at most; beyond, the oldest go.</summary>
    [Between(0, 1000000)]
    public int KeptPackages { get; init; } = 500;

    /// <summary>Megabytes of packages of installed plugins that are kept at most; beyond, the oldest go.</summary>
    [Megabytes(0)]
    public int KeptPackagesMegabytes { get; init; } = 4096;
}
