using System.Reflection;
using System.Text.Json;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Platform.Tests.Configuration;

/// <summary>The keys of the configuration, by what its types declare.</summary>
internal static class ConfigurationSchema
{
    /// <summary>Every key that has a value, with its property and the mappings that it is in.</summary>
    public static IReadOnlyList<(string Key, PropertyInfo Property, IReadOnlyList<PropertyInfo> Mappings)> Leaves { get; } =
        [.. Find(typeof(PlugindConfiguration), "", [])];

    private static IEnumerable<(string Key, PropertyInfo Property, IReadOnlyList<PropertyInfo> Mappings)> Find(
        Type type, string parent, PropertyInfo[] mappings)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = parent + JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            if (property.PropertyType.Namespace != typeof(PlugindConfiguration).Namespace)
            {
                yield return (key, property, mappings);
                continue;
            }

            foreach (var leaf in Find(property.PropertyType, key + ".", [.. mappings, property]))
                yield return leaf;
        }
    }
}
