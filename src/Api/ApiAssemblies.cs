using System.Reflection;
using Carter;

namespace WazoPlugind.Api;

/// <summary>Tells Carter to look into this assembly only: its own catalog loads every assembly that the program depends on.</summary>
internal sealed class ApiAssemblies : DependencyContextAssemblyCatalog
{
    /// <inheritdoc/>
    public override IReadOnlyCollection<Assembly> GetAssemblies() => [typeof(ApiAssemblies).Assembly];
}
