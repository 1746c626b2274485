using System.Globalization;
using System.Reflection;
using System.Text;

namespace Architecture.Tests;

/// <summary>Prints an assembly's public API, one line a type or member, in the words of the lists under Signatures.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Of(string assemblyPath)
    {
        var folders = new[] { Path.GetDirectoryName(assemblyPath)!, Path.GetDirectoryName(typeof(object).Assembly.Location)! }
            .Concat(SharedFrameworks());
        var paths = folders.SelectMany(folder => Directory.GetFiles(folder, "*.dll"))
            .GroupBy(Path.GetFileName)
            .Select(group => group.First());
        using var context = new MetadataLoadContext(new PathAssemblyResolver(paths), "System.Private.CoreLib");
        return [.. context.LoadFromAssemblyPath(assemblyPath).GetExportedTypes().SelectMany(Of)];
    }

    private static string[] SharedFrameworks()
    {
        // .../shared/Microsoft.NETCore.App/10.0.x lies beside .../shared/Microsoft.AspNetCore.App/10.0.x
        var core = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var aspNet = Path.Combine(core, "..", "..", "Microsoft.AspNetCore.App");
        return Directory.Exists(aspNet) ? Directory.GetDirectories(aspNet) : [];
    }

    private static IEnumerable<string> Of(Type type)
    {
        var name = Name(type);
        if (type.BaseType?.FullName == typeof(MulticastDelegate).FullName)
        {
            var invoke = type.GetMethod("Invoke")!;
            return [$"delegate {Name(invoke.ReturnType)} {name}({Parameters(invoke)})"];
        }

        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => $"{name}.{field.Name} = {field.GetRawConstantValue()}")
                .Prepend($"enum {name}");
        }

        return Members(type, name).Prepend(Header(type, name));
    }

    private static string Header(Type type, string name)
    {
        var kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var bases = new List<string>();
        if (type.BaseType is { } parent && parent.FullName is not ("System.Object" or "System.ValueType"))
        {
            bases.Add(Name(parent));
        }

        bases.AddRange(type.GetInterfaces().Where(i => i.IsPublic || i.IsNestedPublic).Select(Name).Order(StringComparer.Ordinal));
        return $"{kind} {name}{(bases.Count > 0 ? " : " + string.Join(", ", bases) : "")}";
    }

    private static IEnumerable<string> Members(Type type, string name)
    {
        foreach (var constructor in type.GetConstructors(Declared).Where(c => !c.IsStatic && Visible(c)))
        {
            yield return $"{name}..ctor({Parameters(constructor)}){Access(constructor)}";
        }

        foreach (var method in type.GetMethods(Declared)
            .Where(m => Visible(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal))))
        {
            yield return $"{name}.{method.Name}{Generic(method)}({Parameters(method)}) -> {Name(method.ReturnType)}{Access(method)}{Modifier(method)}";
        }

        foreach (var property in type.GetProperties(Declared))
        {
            if (Property(property) is { } text)
            {
                yield return $"{name}.{text}";
            }
        }

        foreach (var happening in type.GetEvents(Declared).Where(e => e.AddMethod is { } add && Visible(add)))
        {
            yield return $"{name}.{happening.Name} : event {Name(happening.EventHandlerType!)}";
        }

        foreach (var field in type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly))
        {
            yield return $"{name}.{field.Name} : {(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType)}";
        }
    }

    private static string? Property(PropertyInfo property)
    {
        var getter = property.GetMethod is { } g && Visible(g) ? g : null;
        var setter = property.SetMethod is { } s && Visible(s) ? s : null;
        if (getter is null && setter is null)
        {
            return null;
        }

        var indexes = property.GetIndexParameters();
        var index = indexes.Length > 0 ? $"[{string.Join(", ", indexes.Select(i => Name(i.ParameterType)))}]" : "";
        var isInit = setter?.ReturnParameter.GetRequiredCustomModifiers().Any(m => m.Name == "IsExternalInit") == true;
        var get = getter is null ? "" : $" get{Access(getter)};";
        var set = setter is null ? "" : $" {(isInit ? "init" : "set")}{Access(setter)};";
        return $"{property.Name}{index} : {Name(property.PropertyType)} {{{get}{set} }}{Modifier(getter ?? setter!)}";
    }

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "" : " protected";

    private static string Modifier(MethodBase method) => method switch
    {
        { IsStatic: true } => " static",
        { IsAbstract: true } => " abstract",
        { IsVirtual: true, IsFinal: false } => " virtual",
        _ => "",
    };

    private static string Generic(MethodInfo method) => method.IsGenericMethodDefinition
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name + Constraints(a)))}>"
        : "";

    private static string Constraints(Type argument)
    {
        var parts = argument.GetGenericParameterConstraints().Where(c => c.FullName != "System.ValueType").Select(Name).ToList();
        var flags = argument.GenericParameterAttributes;
        if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            parts.Insert(0, "class");
        }

        if (flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            parts.Insert(0, "struct");
        }
        else if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
        {
            parts.Add("new()");
        }

        return parts.Count > 0 ? " : " + string.Join(" & ", parts) : "";
    }

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select((parameter, index) => Parameter(method, parameter, index)));

    private static string Parameter(MethodBase method, ParameterInfo parameter, int index)
    {
        var type = parameter.ParameterType;
        var byReference = !type.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        var extension = index == 0 && Has(method.GetCustomAttributesData(), "ExtensionAttribute") ? "this " : "";
        var many = Has(parameter.GetCustomAttributesData(), "ParamArrayAttribute") ? "params " : "";
        var value = parameter.HasDefaultValue ? " = " + Default(parameter) : "";
        return $"{extension}{many}{byReference}{Name(type.IsByRef ? type.GetElementType()! : type)} {parameter.Name}{value}";
    }

    private static bool Has(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes.Any(attribute => attribute.AttributeType.Name == name);

    private static string Default(ParameterInfo parameter)
    {
        try
        {
            return parameter.RawDefaultValue switch
            {
                null => "default",
                string text => $"\"{text}\"",
                bool flag => flag ? "true" : "false",
                var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            };
        }
        catch (FormatException)
        {
            // The default of a value type has no constant in metadata.
            return "default";
        }
    }

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.HasElementType)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : type.IsPointer ? "*" : "&");
        }

        var text = new StringBuilder();
        if (type.DeclaringType is { } outer)
        {
            text.Append(Name(outer)).Append('.');
        }
        else if (!string.IsNullOrEmpty(type.Namespace))
        {
            text.Append(type.Namespace).Append('.');
        }

        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        if (tick < 0)
        {
            return text.Append(type.Name).ToString();
        }

        var arity = int.Parse(type.Name[(tick + 1)..].Split('[')[0], CultureInfo.InvariantCulture);
        var arguments = type.GetGenericArguments().TakeLast(arity)
            .Select(a => type.IsGenericTypeDefinition ? a.Name + Constraints(a) : Name(a));
        return text.Append(type.Name.AsSpan(0, tick)).Append('<').AppendJoin(", ", arguments).Append('>').ToString();
    }
}
