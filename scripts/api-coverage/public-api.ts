import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import * as ts from 'typescript';

const SOURCES = join(__dirname, '../../src');

/** A type by its name. Names of other libraries and of TypeScript itself are not looked into. */
export interface TypeRef {
  readonly name: string;
  readonly list: boolean;
}

/** A member of an interface, or a parameter of a method. */
export interface Slot {
  readonly name: string;
  readonly type: TypeRef;
  readonly optional: boolean;
  /** Whether it stands for any number of parameters. */
  readonly rest?: boolean;
}

interface Interface {
  readonly base: string[];
  readonly members: Slot[];
  /** Names of the methods. */
  readonly methods: string[];
}

interface Class {
  readonly base: string[];
  /** Static methods that make one. */
  readonly factories: Map<string, Slot[]>;
  readonly exported: boolean;
  /** Its public methods, static ones as `.name` and others as `#name`, and what its constructor takes, if that is public, as `()`. */
  readonly calls: Map<string, Slot[]>;
  /** Public properties and getters. */
  readonly properties: Slot[];
}

/**
 * The public API as its sources have it. The assembly of jsii says the same, but a fresh clone has none before its tests have run.
 *
 * Names are enough to find types by: jsii wants those of a library to be unique.
 */
export class PublicApi {
  public static read(): PublicApi {
    const api = new PublicApi();
    for (const path of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })) {
      if (path.endsWith('.ts') && !path.includes('private')) {
        api.add(ts.createSourceFile(path, readFileSync(join(SOURCES, path), 'utf8'), ts.ScriptTarget.Latest, true));
      }
    }
    return api;
  }

  private readonly interfaces = new Map<string, Interface>();
  private readonly classes = new Map<string, Class>();
  private readonly enums: string[] = [];

  private constructor() {}

  /** The members of a struct, inherited ones included; undefined for any other type. */
  public membersOf(type: string): Slot[] | undefined {
    const found = this.interfaces.get(type);
    return !found || isBehaviour(type) ? undefined : [...found.base.flatMap(base => this.membersOf(base) ?? []), ...found.members];
  }

  /** The interface that declares a member of a struct. */
  public ownerOf(type: string, member: string): string {
    const { base = [], members = [] } = this.interfaces.get(type) ?? {};
    return members.some(({ name }) => name === member) ? type : base.map(each => this.ownerOf(each, member)).find(Boolean) ?? '';
  }

  /** The factories of a class whose objects hold more than a value; undefined for any other type. */
  public factoriesOf(type: string): ReadonlyMap<string, Slot[]> | undefined {
    const found = this.classes.get(type);
    return !found || found.properties.some(({ name }) => name === 'value') ? undefined : found.factories;
  }

  /** What a construct has that can be used elsewhere in a template: its public properties and getters that are strings. */
  public attributesOf(construct: string): string[] {
    const { base = [], properties = [] } = this.classes.get(construct) ?? {};
    return [...base.flatMap(each => this.attributesOf(each)), ...properties.filter(({ type }) => type.name === 'string').map(({ name }) => name)];
  }

  /** Data by its name: the structs that it begins with, and the members of its own. */
  public structs(): ReadonlyMap<string, { readonly base: string[]; readonly members: Slot[] }> {
    return new Map([...this.interfaces].filter(([name]) => !isBehaviour(name)));
  }

  /** Behaviour by its name: what an object must have to be one. */
  public behaviours(): ReadonlyMap<string, string[]> {
    return new Map([...this.interfaces.keys()].filter(isBehaviour).map(name => [name, this.requiredOf(name)]));
  }

  /** The parameters of all public methods and constructors, by `Class.name` for static ones, `Class#name` for others, and `Class()`. */
  public calls(): ReadonlyMap<string, Slot[]> {
    return new Map([...this.classes].filter(([, { exported }]) => exported).flatMap(([type, { calls }]) => [...calls].map(([name, slots]) => [`${type}${name}`, slots] as const)));
  }

  /** Names of the classes and enums: what there is of the types at run time. */
  public exports(): string[] {
    return [...[...this.classes].filter(([, { exported }]) => exported).map(([name]) => name), ...this.enums].sort();
  }

  private requiredOf(type: string): string[] {
    const { base = [], members = [], methods = [] } = this.interfaces.get(type) ?? {};
    return [...base.flatMap(each => this.requiredOf(each)), ...members.filter(({ optional }) => !optional).map(({ name }) => name), ...methods];
  }

  private add(source: ts.SourceFile): void {
    for (const statement of source.statements) {
      if (ts.isInterfaceDeclaration(statement)) {
        this.interfaces.set(statement.name.text, {
          base: basesOf(statement),
          members: statement.members.filter(ts.isPropertySignature).map(slot),
          methods: statement.members.filter(ts.isMethodSignature).map(member => member.name.getText()),
        });
      } else if (ts.isClassDeclaration(statement) && statement.name) {
        this.classes.set(statement.name.text, classOf(statement, statement.name.text));
      } else if (ts.isEnumDeclaration(statement) && modifies(statement, ts.SyntaxKind.ExportKeyword)) {
        this.enums.push(statement.name.text);
      }
    }
  }
}

/** As everywhere in the CDK: what begins with I is behaviour, and the rest is data. */
function isBehaviour(name: string): boolean {
  return /^I[A-Z]/.test(name);
}

function classOf(declaration: ts.ClassDeclaration, name: string): Class {
  const isPublic = (member: ts.ClassElement) => !modifies(member, ts.SyntaxKind.PrivateKeyword) && !modifies(member, ts.SyntaxKind.ProtectedKeyword)
    && !member.name?.getText().startsWith('_');
  const isStatic = (member: ts.ClassElement) => modifies(member, ts.SyntaxKind.StaticKeyword);
  const members = declaration.members.filter(isPublic);
  // A property can be declared as a parameter of the constructor, too.
  const parameters = declaration.members.filter(ts.isConstructorDeclaration).flatMap(({ parameters: all }) => all)
    .filter(parameter => modifies(parameter, ts.SyntaxKind.PublicKeyword));
  return {
    base: basesOf(declaration),
    factories: new Map(members.filter(ts.isMethodDeclaration).filter(isStatic)
      .filter(method => method.type?.getText() === name)
      .map(method => [method.name.getText(), method.parameters.map(slot)])),
    exported: modifies(declaration, ts.SyntaxKind.ExportKeyword),
    calls: new Map([
      ...members.filter(ts.isMethodDeclaration)
        .map(method => [`${isStatic(method) ? '.' : '#'}${method.name.getText()}`, method.parameters.map(slot)] as const),
      ...members.filter(ts.isConstructorDeclaration).map(constructor => ['()', constructor.parameters.map(slot)] as const),
    ]),
    properties: [
      ...members.filter(member => ts.isPropertyDeclaration(member) || ts.isGetAccessorDeclaration(member)).filter(member => !isStatic(member)),
      ...parameters,
    ].map(slot),
  };
}

function basesOf({ heritageClauses = [] }: { readonly heritageClauses?: readonly ts.HeritageClause[] }): string[] {
  return heritageClauses.filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    .flatMap(({ types }) => types.map(({ expression }) => expression.getText()));
}

function modifies(node: ts.Node, keyword: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === keyword);
}

function slot(node: ts.PropertySignature | ts.ParameterDeclaration | ts.PropertyDeclaration | ts.GetAccessorDeclaration): Slot {
  const optional = node.questionToken !== undefined || ('initializer' in node && node.initializer !== undefined);
  const list = node.type !== undefined && ts.isArrayTypeNode(node.type);
  const item = node.type && ts.isArrayTypeNode(node.type) ? node.type.elementType : node.type;
  const rest = 'dotDotDotToken' in node && node.dotDotDotToken !== undefined;
  return { name: node.name.getText(), type: { name: item?.getText() ?? '', list }, optional, ...(rest && { rest }) };
}
