using System.Runtime.CompilerServices;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Debian.Database;

/// <summary>How much of the disk packages take: their files, as dpkg lists them. Not every package has the field Installed-Size.</summary>
/// <param name="dpkg">Knows the packages' files.</param>
public sealed class PackageSizes(DpkgStatus dpkg)
{
    // A package may have ten thousands of files. One that dpkg has read again is another object.
    private readonly ConditionalWeakTable<DpkgPackage, StrongBox<long?>> _sizes = [];

    /// <summary>The bytes of a package's files; <c>null</c> when dpkg does not list them.</summary>
    /// <param name="package">A package that is installed.</param>
    public long? Of(DpkgPackage package) => _sizes.GetValue(package, installed => new StrongBox<long?>(Measure(installed))).Value;

    private long? Measure(DpkgPackage package)
    {
        try
        {
            return dpkg.FindInfo(package, "list") is { } list
                ? File.ReadLines(list).Sum(path => FileStatus.Of(path) is { IsRegularFile: true } file ? file.Size : 0)
                : null;
        }
        catch (FileNotFoundException)
        {
            // dpkg removes it at this moment.
            return null;
        }
    }
}
