namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>A path within the source of a plugin, which scripts of its package may hold.</summary>
internal sealed class InnerPathAttribute()
    : RuleAttribute("""a path inside of a plugin: relative, without '..', '"', '$', '`' and '\'""")
{
    /// <inheritdoc/>
    protected override bool Accepts(string text) =>
        !Path.IsPathRooted(text) && !text.Split('/').Contains("..") && ScriptPathAttribute.StandsInScripts(text);
}
