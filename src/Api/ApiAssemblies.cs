using System.Reflection;
using Carter;

namespace WazoPlugind.Api;

/// <summary>Tells Carter to look into this assembly only: its own catalog loads every assembly that the program depends on.</summary>
internal sealed class ApiAssemblies : DependencyContextAssemblyCatalog
{
    /// <summary>Reads no list of dependencies: Carter's assembly has none, and the program's is long.</summary>
    public ApiAssemblies()
        : base(typeof(CarterModule).Assembly)
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyCollection<Assembly> GetAssemblies() => [typeof(ApiAssemblies).Assembly];
}
